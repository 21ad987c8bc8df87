package io.dromedary.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a llama-server does that keeps the prompts it has read: of each new one it reads only what comes after the
 * longest beginning that it knows, and tells so in {@code usage} and {@code timings}. A word is a token.
 */
public final class PromptCache implements FakeUpstream.Behaviour {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<List<String>> prompts = new CopyOnWriteArrayList<>();

    @Override
    public void answer(FakeUpstream.Received request, Line line) throws IOException {
        JsonNode body = JSON.readTree(request.body());
        List<String> prompt = words(body);
        int cached = prompts.stream().mapToInt(known -> commonBeginning(known, prompt)).max().orElse(0);
        prompts.add(prompt);
        String counts = "\"usage\":{\"prompt_tokens\":" + prompt.size() + ",\"completion_tokens\":1,\"total_tokens\":"
                + (prompt.size() + 1) + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}},"
                + "\"timings\":{\"cache_n\":" + cached + ",\"prompt_n\":" + (prompt.size() - cached) + "}}";
        if (body.path("stream").asBoolean()) {
            String finish = Replies.finish();
            line.streamHead().event(Replies.chunk("said"))
                    .event(finish.substring(0, finish.length() - 1) + "," + counts).event("[DONE]").endOfChunks();
        } else {
            String chat = Replies.chat("said");
            line.json(200, chat.substring(0, chat.indexOf("\"usage\"")) + counts);
        }
    }

    private static List<String> words(JsonNode body) {
        List<String> words = new ArrayList<>();
        body.path("messages").forEach(message -> {
            words.add("<" + message.path("role").asText() + ">");
            words.addAll(List.of(message.path("content").asText().split(" ")));
        });
        return words;
    }

    private static int commonBeginning(List<String> known, List<String> prompt) {
        int same = 0;
        while (same < Math.min(known.size(), prompt.size()) && known.get(same).equals(prompt.get(same))) {
            same++;
        }
        return same;
    }
}
