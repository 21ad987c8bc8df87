package io.dromedary.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.TokenUsage;

/** What servers make of a chat completion's stream, and the parts that become of it. */
class PartSequenceTest {

    private final List<String> told = new ArrayList<>();
    private final PartSequence parts = new PartSequence(new Recorded(), bytes -> { });

    /** Writes down each call; growths of one part are joined. */
    private final class Recorded implements AnswerParts {

        private String open = "";

        @Override
        public void begin() {
            told.add("begin");
        }

        @Override
        public void open(Kind kind) {
            open = kind + ":";
        }

        @Override
        public void grow(String text) {
            open += text;
        }

        @Override
        public void close() {
            told.add(open);
        }

        @Override
        public void openCall(String id, String name) {
            open = "call " + id + " " + name + ":";
        }

        @Override
        public void arguments(String piece) {
            open += piece;
        }

        @Override
        public void closeCall(boolean whole) {
            told.add(open + (whole ? "" : " cut"));
        }

        @Override
        public void end(Stop stop, String sequence, TokenUsage usage) {
            told.add(stop + (sequence == null ? "" : " " + sequence) + " " + usage.prompt() + "/" + usage.cached()
                    + "/" + usage.completion());
        }
    }

    private void delta(String delta) {
        chunk("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}");
    }

    private void calls(String calls) {
        delta("{\"tool_calls\":[" + calls + "]}");
    }

    private void finish(String reason) {
        chunk("{\"choices\":[{\"delta\":{},\"index\":0,\"finish_reason\":\"" + reason + "\"}]}");
    }

    private void chunk(String json) {
        parts.take(json.getBytes(StandardCharsets.UTF_8));
    }

    private void expect(String... expected) {
        parts.end();
        assertEquals(List.of(expected), told);
    }

    @Test
    void textIsOnePart() {
        delta("{\"role\":\"assistant\",\"content\":\"\"}");
        delta("{\"content\":\"Four \"}");
        delta("{\"content\":\"legs.\"}");
        finish("stop");
        chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":4}}}");
        expect("begin", "TEXT:Four legs.", "END 9/4/3");
    }

    @Test
    void reasoningComesUnderEitherNameAndOnlyOnce() {
        delta("{\"reasoning\":\"A\",\"reasoning_content\":\"A\"}");
        delta("{\"reasoning\":\" camel\"}");
        delta("{\"reasoning_content\":\"…\",\"content\":\"One\"}");
        finish("stop");
        expect("begin", "REASONING:A camel…", "TEXT:One", "END 0/0/0");
    }

    @Test
    void fragmentsOfTwoCallsInTurnsBecomeOneCallAfterTheOther() {
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}");
        calls("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"clock\",\"arguments\":\"{\\\"tz\"}}");
        calls("{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\"}}");
        delta("{\"content\":\"\\n\"}");
        calls("{\"index\":1,\"function\":{\"arguments\":\"\\\":\\\"CET\\\"}\"}}");
        finish("stop");
        expect("begin", "call a weather:{\"city\":\"Ulm\"}", "call b clock:{\"tz\":\"CET\"}", "CALLS 0/0/0");
    }

    @Test
    void callsWithoutIndexAreToldApartByIdAndByName() {
        calls("{\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\"}}");
        calls("{\"id\":\"a\",\"function\":{\"arguments\":\"}\"}}");
        calls("{\"function\":{\"name\":\"y\",\"arguments\":{\"n\":1}}}");
        finish("tool_calls");
        expect("begin", "call a x:{}", "call  y:{\"n\":1}", "CALLS 0/0/0");
    }

    @Test
    void callsThatAllHaveTheSameIndexAreSeveral() {
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}},"
                + "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"y\",\"arguments\":\"{}\"}}");
        finish("tool_calls");
        expect("begin", "call a x:{}", "call b y:{}", "CALLS 0/0/0");
    }

    @Test
    void aNameMayComeLateAndNothingIsRepeated() {
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{\\\"a\\\":\"}}");
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"1}\"}}");
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\"}}");
        finish("tool_calls");
        expect("begin", "call a x:{\"a\":1}", "CALLS 0/0/0");
    }

    @Test
    void aCallWithoutArgumentsHasAnEmptyObject() {
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\"}}");
        finish("tool_calls");
        expect("begin", "call a x:{}", "CALLS 0/0/0");
    }

    @Test
    void aCallThatTheLimitCutsIsNotWhole() {
        delta("{\"content\":\"So\"}");
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"a\"}}");
        finish("length");
        expect("begin", "TEXT:So", "call a x:{\"a cut", "LENGTH 0/0/0");
    }

    @Test
    void textAfterACallIsAPartOfItsOwn() {
        delta("{\"content\":\"\\n\\n\"}");
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}");
        delta("{\"content\":\"\\n\"}");
        delta("{\"content\":\"Done\"}");
        finish("stop");
        expect("begin", "call a x:{}", "TEXT:\nDone", "CALLS 0/0/0");
    }

    @Test
    void blankTextIsAnAnswerWhereThereIsNoOther() {
        delta("{\"content\":\" \"}");
        finish("stop");
        expect("begin", "TEXT: ", "END 0/0/0");
    }

    @Test
    void halfACharacterWaitsForItsOther() {
        delta("{\"content\":\"\\ud83d\"}");
        delta("{\"content\":\"\\udc2a\"}");
        finish("stop");
        expect("begin", "TEXT:\ud83d\udc2a", "END 0/0/0");
    }

    @Test
    void onlyTheFirstChoiceIsTold() {
        chunk("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}},{\"delta\":{\"content\":\"yes\"},"
                + "\"index\":0}]}");
        finish("content_filter");
        expect("begin", "TEXT:yes", "FILTER 0/0/0");
    }

    @Test
    void aWholeCompletionIsToldAsItsStreamWouldBe() {
        chunk("{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"stop_reason\":\"END\",\"message\":{"
                + "\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}],"
                + "\"refusal\":\"no\",\"function_call\":{\"name\":\"x\",\"arguments\":\"{}\"}}}]}");
        expect("begin", "TEXT:ab", "REFUSAL:no", "call  x:{}", "CALLS 0/0/0");
    }

    @Test
    void theSequenceThatStoppedTheModelIsTold() {
        chunk("{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"stop_reason\":\"END\",\"message\":{"
                + "\"content\":\"a\"}}]}");
        expect("begin", "TEXT:a", "STOP_SEQUENCE END 0/0/0");
    }

    private void expectOfTags(String expected, String... pieces) {
        for (int cut = 1; cut <= 9; cut++) {
            told.clear();
            PartSequence tagged = new PartSequence(new Recorded(), new Telling("m", true, bytes -> { }));
            String whole = String.join("", pieces);
            for (int from = 0; from < whole.length(); from += cut) {
                tagged.take(("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + whole.substring(from, Math.min(whole.length(), from + cut)) + "\"}}]}")
                        .getBytes(StandardCharsets.UTF_8));
            }
            tagged.end();
            assertEquals(expected, String.join("|", told), "in pieces of " + cut);
        }
    }

    @Test
    void reasoningInTagsIsReasoningHoweverItIsCut() {
        expectOfTags("begin|REASONING:A < b</thin|TEXT:Yes</think> no|END 0/0/0",
                "  <think>A < b</thin", "</think>Yes</think> no");
        expectOfTags("begin|TEXT:<thing>|END 0/0/0", "<thing>");
        expectOfTags("begin|TEXT:<thi|END 0/0/0", "<thi");
        expectOfTags("begin|REASONING:on</thi|END 0/0/0", "<think>on</thi");
    }

    @Test
    void whatWaitsIsCounted() {
        for (boolean tags : new boolean[] {false, true}) {
            AtomicLong taken = new AtomicLong();
            PartSequence waiting = new PartSequence(new Recorded(), new Telling("", tags, taken::addAndGet));
            for (int i = 0; i < 100; i++) {
                waiting.take(("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + " ".repeat(1000) + "\"}}]}")
                        .getBytes(StandardCharsets.UTF_8));
            }
            assertTrue(taken.get() > 100_000, taken + " bytes");
        }
    }

    @Test
    void theIdsAndNamesOfCallsAreCounted() {
        AtomicLong taken = new AtomicLong();
        PartSequence calling = new PartSequence(new Recorded(), taken::addAndGet);
        for (int i = 0; i < 10; i++) {
            calling.take(("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" + i + ",\"id\":\""
                    + i + "-".repeat(10_000) + "\",\"function\":{\"name\":\"x\",\"arguments\":\"{\"}}]}}]}")
                    .getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(taken.get() > 100_000, taken + " bytes");
    }

    @Test
    void nothingIsAnAnswerToo() {
        finish("stop");
        expect("begin", "END 0/0/0");
    }

    @Test
    void aCallWithoutANameIsNoAnswer() {
        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}");
        UpstreamFailed failed = assertThrows(UpstreamFailed.class, () -> finish("tool_calls"));
        assertFalse(failed.counts(), "a prompt can make a model write one");
    }

    @Test
    void moreCallsThanAnybodyOffersAreNoAnswer() {
        assertThrows(UpstreamFailed.class, () -> {
            for (int i = 0; i < 600; i++) {
                calls("{\"index\":" + i + ",\"id\":\"c" + i + "\",\"function\":{\"name\":\"x\"}}");
            }
        });
    }
}
