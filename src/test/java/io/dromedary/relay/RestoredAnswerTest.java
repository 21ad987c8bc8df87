package io.dromedary.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import io.dromedary.request.HiddenTexts;
import io.dromedary.request.PersonalData;

/** An answer gets back what was hidden from its model, however its stream is cut into pieces. */
class RestoredAnswerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HiddenTexts hidden = new HiddenTexts();

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private void hide(String... texts) throws IOException {
        hidden.hide(bytes("{'messages':[{'role':'user','content':'" + String.join(" ", texts) + "'}]}"),
                PersonalData.kinds("e-mail,iban"));
    }

    private static String chunk(int choice, String delta, boolean last) {
        return "{'id':'x','choices':[{'index':" + choice + ",'delta':" + delta + ",'finish_reason':"
                + (last ? "'stop'" : "null") + "}]}";
    }

    /** What a client puts together of the chunks: by choice and field. */
    private static void collect(Map<String, String> said, byte[] chunk) throws IOException {
        for (JsonNode choice : JSON.readTree(chunk).path("choices")) {
            int index = choice.path("index").asInt();
            choice.path("delta").properties().stream().filter(field -> field.getValue().isTextual())
                    .forEach(field -> said.merge(index + field.getKey(), field.getValue().textValue(), String::concat));
            choice.path("delta").path("tool_calls").forEach(call -> said.merge(
                    index + "call" + call.path("index").asInt(), call.path("function").path("arguments").asText(),
                    String::concat));
            if (choice.path("text").isTextual()) {
                said.merge(index + "text", choice.path("text").textValue(), String::concat);
            }
        }
    }

    @Test
    void aStreamIsWholeHoweverItIsCut() throws IOException {
        hide("ada@example.org", "DE89370400440532013000");
        String text = "[x] [e-mail-1], [iban-2] [e-mail-3] [e-mail-1[e-mail-1]] [";
        String restored = "[x] ada@example.org, DE89370400440532013000 [e-mail-3] [e-mail-1ada@example.org] [";
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            RestoredAnswer answer = new RestoredAnswer(hidden);
            Map<String, String> said = new LinkedHashMap<>();
            int[] at = new int[2];
            while (at[0] < text.length() || at[1] < text.length()) {
                int choice = at[0] == text.length() ? 1 : at[1] == text.length() ? 0 : random.nextInt(2);
                int to = Math.min(text.length(), at[choice] + 1 + random.nextInt(6));
                String piece = text.substring(at[choice], to);
                at[choice] = to;
                String delta = choice == 0 ? "{'content':'" + piece + "'}"
                        : "{'tool_calls':[{'index':3,'function':{'arguments':'" + piece + "'}}]}";
                collect(said, answer.next(bytes(chunk(choice, delta, false))));
            }
            if (round % 2 == 0) {
                collect(said, answer.next(bytes(chunk(0, "{}", true))));
                collect(said, answer.next(bytes(chunk(1, "{}", true))));
                assertNull(answer.rest());
            } else {
                collect(said, answer.rest());
            }
            assertEquals(Map.of("0content", restored, "1call3", restored), said);
        }
    }

    @Test
    void whatWaitsComesBeforeAnotherText() throws IOException {
        hide("ada@example.org");
        RestoredAnswer answer = new RestoredAnswer(hidden);
        Map<String, String> said = new LinkedHashMap<>();
        collect(said, answer.next(bytes(chunk(0, "{'role':'assistant','reasoning_content':'think [e-m'}", false))));
        assertEquals("think ", said.get("0reasoning_content"));
        collect(said, answer.next(bytes(chunk(0, "{'content':'so'}", false))));
        assertEquals("think [e-m", said.get("0reasoning_content"));
        assertEquals("so", said.get("0content"));
    }

    @Test
    void aTextCompletionIsRestoredToo() throws IOException {
        hide("ada@example.org");
        RestoredAnswer answer = new RestoredAnswer(hidden);
        Map<String, String> said = new LinkedHashMap<>();
        collect(said, answer.next(bytes("{'choices':[{'index':0,'text':'to [e-mail','finish_reason':null}]}")));
        collect(said, answer.next(bytes("{'choices':[{'index':0,'text':'-1] [','finish_reason':null}]}")));
        collect(said, answer.next(bytes("{'choices':[{'index':0,'text':'','finish_reason':'stop'}]}")));
        assertEquals("to ada@example.org [", said.get("0text"));
    }

    @Test
    void whatIsNoChunkOfTextIsLeftAsItIs() throws IOException {
        hide("ada@example.org");
        RestoredAnswer answer = new RestoredAnswer(hidden);
        byte[] usage = bytes("{'object':'x','usage':{'prompt_tokens':1}}");
        assertArrayEquals(usage, answer.next(usage));
        assertThrows(IOException.class, () -> answer.next(bytes("{'choices'")));
        assertNull(answer.rest());
    }

    @Test
    void aWholeAnswerIsRestoredInEachTextAndAllElseIsAsItCame() throws IOException {
        hide("ada@example.org");
        String answer = "{ 'id': 'a', 'choices':[{'message':{'content':'to [e-mail-1] or [e-mail-9]','tool_calls':"
                + "[{'function':{'arguments':'{\\'to\\':\\'[e-mail-1]\\'}'}}]}}],'n':1.50}";
        assertEquals(answer.replace("[e-mail-1]", "ada@example.org").replace('\'', '"'),
                new String(RestoredAnswer.whole(bytes(answer), hidden), StandardCharsets.UTF_8));
    }

    @Test
    void aMarkThatTheClientWroteIsItsOwn() throws IOException {
        HiddenTexts marks = new HiddenTexts();
        byte[] body = marks.hide(bytes("{'messages':[{'role':'user','content':'[e-mail-4] a@b.de'}]}"),
                PersonalData.kinds("e-mail"));
        assertEquals("{\"messages\":[{\"role\":\"user\",\"content\":\"[e-mail-4] [e-mail-5]\"}]}",
                new String(body, StandardCharsets.UTF_8));
        assertEquals("[e-mail-4] a@b.de", marks.restored("[e-mail-4] [e-mail-5]"));
    }
}
