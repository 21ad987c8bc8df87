package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;

/** However an answer is cut into chunks, its client gets the same. */
class MessageEventsFuzz {

    /** Pieces of an answer: what the model says, and the same in other pieces. */
    private record Piece(String kind, int index, String text) {

        String chunk() {
            String literal = literal();
            return "{\"choices\":[{\"index\":0,\"delta\":" + switch (kind) {
                case "content", "reasoning_content", "refusal" -> "{\"" + kind + "\":" + literal + "}";
                case "call" -> "{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"c" + index
                        + "\",\"type\":\"function\",\"function\":{\"name\":\"f" + index + "\"}}]}";
                default -> "{\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":" + literal + "}}]}";
            } + "}]}";
        }

        /** Halves of surrogate pairs are escapes: some servers send them in chunks of their own. */
        private String literal() {
            StringBuilder all = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                    all.append("\\u%04x".formatted((int) c));
                } else {
                    all.append(c);
                }
            }
            return all.append('"').toString();
        }

        /** The same in two pieces. */
        List<Piece> cut(int at) {
            int place = text.isEmpty() ? 0 : at % text.length();
            return List.of(new Piece(kind, index, text.substring(0, place)),
                    new Piece(kind, index, text.substring(place)));
        }
    }

    @FuzzTest(maxDuration = "6s")
    void aStreamSaysTheSameHoweverItIsCut(FuzzedDataProvider data) {
        List<Piece> whole = new ArrayList<>();
        List<Piece> cut = new ArrayList<>();
        int calls = 0;
        while (data.remainingBytes() > 0 && whole.size() < 40) {
            int kind = data.consumeInt(0, 4);
            Piece piece = switch (kind) {
                case 0 -> new Piece("content", 0, data.consumeString(9));
                case 1 -> new Piece("reasoning_content", 0, data.consumeString(9));
                case 2 -> new Piece("refusal", 0, data.consumeString(9));
                case 3 -> new Piece("call", calls++, "");
                // What follows a whole object depends on the cut: the call is over then.
                default -> new Piece("arguments", data.consumeInt(0, Math.max(0, calls - 1)),
                        data.consumeString(9).replaceAll("[{}\\[\\]]", ""));
            };
            if (kind == 4 && calls == 0) {
                continue;
            }
            whole.add(piece);
            cut.addAll(kind == 3 ? List.of(piece) : piece.cut(data.consumeInt(0, 8)));
        }
        List<JsonNode> events = events(whole);
        List<JsonNode> others = events(cut);
        assertEquals(events == null, others == null);
        if (events != null) {
            Answers.requireLawful(events);
            Answers.requireLawful(others);
            assertEquals(said(events), said(others));
        }
    }

    /** Null where the stream is refused, which has to tell a call's arguments after the text that follows the call. */
    private static List<JsonNode> events(List<Piece> pieces) {
        StreamTranslation stream = Answers.REQUEST.stream(new Telling("m", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (Piece piece : pieces) {
                stream.chunk(piece.chunk().getBytes(StandardCharsets.UTF_8), out);
            }
            stream.end(out);
        } catch (UpstreamFailed e) {
            assertEquals("a call goes on after the text that follows it", e.getMessage());
            return null;
        }
        return Answers.events(out.toString(StandardCharsets.UTF_8));
    }

    /** What a client has in the end: each block with all that was said in it. */
    private static List<String> said(List<JsonNode> events) {
        List<String> said = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (JsonNode event : events) {
            JsonNode delta = event.path("delta");
            switch (event.get("type").textValue()) {
                case "content_block_start" -> block.append(event.get("content_block"));
                case "content_block_delta" -> block.append(delta.path("text").asText())
                        .append(delta.path("thinking").asText()).append(delta.path("partial_json").asText());
                case "content_block_stop" -> {
                    said.add(block.toString());
                    block.setLength(0);
                }
                default -> said.add(event.toString());
            }
        }
        assertTrue(block.isEmpty());
        return said;
    }
}
