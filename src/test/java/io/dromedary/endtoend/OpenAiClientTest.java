package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;

import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** The main job, with the official client. */
@TestInstance(Lifecycle.PER_CLASS)
class OpenAiClientTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud));

    @BeforeEach
    void answerAgain() {
        local.does((request, line) -> line.raw(Transcripts.reply(
                request.text().contains("\"stream\":true") ? "11-chat-stream" : "10-chat")));
        cloud.does((request, line) -> line.json(200, Replies.chat("from the cloud")));
    }

    private static ChatCompletionCreateParams chat(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
    }

    @Test
    void theLocalModelAnswersAPlainRequestUnderTheNameTheClientUsed() {
        ChatCompletion answer = gateway.openai().chat().completions().create(chat("local"));
        assertEquals(" disable simple min quantized quantiz found",
                answer.choices().get(0).message().content().orElseThrow());
        assertEquals("local", answer.model());
        assertEquals("local-upstream", modelIn(local.last().text()));
    }

    @Test
    void theLocalModelStreamsEveryTokenUnderTheNameTheClientUsed() {
        try (StreamResponse<ChatCompletionChunk> stream = gateway.openai().chat().completions()
                .createStreaming(chat("local"))) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            String text = chunks.stream().flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse("")).collect(Collectors.joining());
            assertEquals(" disable simple min quantized quantiz found", text);
            assertTrue(chunks.stream().allMatch(chunk -> chunk.model().equals("local")));
            assertTrue(chunks.get(chunks.size() - 1).usage().isPresent(), "llama-server's usage goes through");
        }
    }

    @Test
    void whenLocalGoesAwayTheCloudAnswersAndTheClientDoesNotNotice() {
        local.does((request, line) -> line.reset());
        ChatCompletion answer = gateway.openai().chat().completions().create(chat("local"));
        assertEquals("from the cloud", answer.choices().get(0).message().content().orElseThrow());
        assertEquals("local", answer.model());
        assertEquals("Bearer sk-cloud-key-0815", cloud.last().headers().get("Authorization"));
    }

    @Test
    void whenLocalGoesAwayTheCloudStreams() {
        local.does((request, line) -> line.reset());
        cloud.does((request, line) -> line.stream("one ", "two"));
        try (StreamResponse<ChatCompletionChunk> stream = gateway.openai().chat().completions()
                .createStreaming(chat("local"))) {
            String text = stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse("")).collect(Collectors.joining());
            assertEquals("one two", text);
        }
    }

    @Test
    void textCompletionsWork() {
        local.does((request, line) -> line.raw(Transcripts.reply("40-completion")));
        var answer = gateway.openai().completions().create(
                CompletionCreateParams.builder().model("local").prompt("Once").build());
        assertTrue(answer.choices().get(0).text().startsWith(" available speed"));
        assertEquals("/v1/completions", local.last().path());
    }

    @Test
    void embeddingsWorkAsFloatsAndAsBase64() {
        cloud.does((request, line) -> line.raw(Transcripts.reply(
                request.text().contains("base64") ? "52-embed-base64" : "50-embed")));
        CreateEmbeddingResponse answer = gateway.openai().embeddings().create(EmbeddingCreateParams.builder()
                .model("embed").input("hello").encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT).build());
        assertEquals(64, answer.data().get(0).embedding().size());
        assertEquals("embed", answer.model());
        assertEquals("/v1/embeddings", cloud.last().path());
        CreateEmbeddingResponse packed = gateway.openai().embeddings().create(EmbeddingCreateParams.builder()
                .model("embed").input("hello").encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64).build());
        assertEquals(64, packed.data().get(0).embedding().size());
    }

    @Test
    void modelsAreListed() {
        List<String> ids = gateway.openai().models().list().data().stream().map(model -> model.id()).toList();
        assertEquals(List.of("local", "cloud", "embed"), ids);
        assertEquals("cloud", gateway.openai().models().retrieve("cloud").id());
    }

    private static String modelIn(String json) {
        return json.replaceAll(".*\"model\":\"([^\"]*)\".*", "$1");
    }
}
