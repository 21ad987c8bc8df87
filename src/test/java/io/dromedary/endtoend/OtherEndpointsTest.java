package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.models.audio.AudioResponseFormat;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionStreamEvent;
import com.openai.models.audio.translations.TranslationCreateParams;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.moderations.ModerationCreateParams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** Images, audio, moderations and llama-server's own paths: with the official client, and plain. */
@TestInstance(Lifecycle.PER_CLASS)
class OtherEndpointsTest {

    private static final byte[] SOUND = "ID3-sound".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: local, litellm_params: {model: openai/local-upstream, api_base: '%1$s'}}
              - {model_name: bare, litellm_params: {model: openai/bare-upstream, api_base: '%2$s'}}
              - {model_name: deep, litellm_params: {model: 'openai/a b', api_base: '%2$s/llama/v1'}}
              - {model_name: cloud, litellm_params: {model: openai/cloud-upstream, api_base: '%3$s'}}
              - model_name: judge
                litellm_params: {model: openai/judge-upstream, api_base: '%3$s'}
                model_info: {mode: moderation}
              - model_name: painter
                litellm_params: {model: openai/painter-upstream, api_base: '%3$s'}
                model_info: {mode: image_generation}
              - model_name: hearer
                litellm_params: {model: openai/hearer-upstream, api_base: '%3$s'}
                model_info: {mode: audio_transcription}
            router_settings: {disable_cooldowns: true}
            litellm_settings: {num_retries: 0, fallbacks: [{local: [cloud]}]}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), local.baseUrl().replace("/v1", ""), cloud.baseUrl()));

    @BeforeEach
    void failLocally() {
        local.does((request, line) -> line.json(503, "{\"error\":{\"message\":\"loading\"}}"));
        local.received().clear();
        cloud.received().clear();
    }

    private static MultipartField<InputStream> file(String name) {
        return MultipartField.<InputStream>builder().value(new ByteArrayInputStream(SOUND)).filename(name)
                .contentType("application/octet-stream").build();
    }

    private String asked() {
        return new String(cloud.last().body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theOfficialClientHasSpeechSpoken() throws Exception {
        cloud.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: "
                + SOUND.length + "\r\n\r\n").raw(SOUND));
        assertArrayEquals(SOUND, gateway.openai().audio().speech().create(SpeechCreateParams.builder().model("local")
                .input("hi").voice("alloy").build()).body().readAllBytes());
        assertEquals("/v1/audio/speech", cloud.last().path());
    }

    @Test
    void theOfficialClientHasSpeechTranscribedAndTranslated() {
        cloud.does((request, line) -> line.json(200, "{\"text\":\"a camel\"}"));
        assertEquals("a camel", gateway.openai().audio().transcriptions().create(TranscriptionCreateParams.builder()
                .model("local").file(file("a.mp3")).language("de").build()).asTranscription().text());
        assertTrue(asked().contains("cloud-upstream") && asked().contains("ID3-sound") && asked().contains("a.mp3"));
        assertEquals("a camel", gateway.openai().audio().translations().create(TranslationCreateParams.builder()
                .model("local").file(file("a.mp3")).build()).asTranslation().text());
        assertEquals("/v1/audio/translations", cloud.last().path());
    }

    @Test
    void theOfficialClientStreamsATranscript() {
        cloud.does((request, line) -> line.streamHead()
                .event("{\"type\":\"transcript.text.delta\",\"delta\":\"a \"}")
                .event("{\"type\":\"transcript.text.delta\",\"delta\":\"camel\"}")
                .event("{\"type\":\"transcript.text.done\",\"text\":\"a camel\"}").event("[DONE]").endOfChunks());
        try (StreamResponse<TranscriptionStreamEvent> stream = gateway.openai().audio().transcriptions()
                .createStreaming(TranscriptionCreateParams.builder().model("local").file(file("a.mp3"))
                .responseFormat(AudioResponseFormat.JSON).build())) {
            List<TranscriptionStreamEvent> events = stream.stream().toList();
            assertEquals("a camel", events.stream().filter(TranscriptionStreamEvent::isTranscriptTextDelta)
                    .map(event -> event.asTranscriptTextDelta().delta()).collect(Collectors.joining()));
            assertEquals(3, events.size());
        }
        assertTrue(asked().contains("name=\"stream\""), asked());
    }

    @Test
    void theOfficialClientHasImagesMadeAndEdited() {
        cloud.does((request, line) -> line.json(200, "{\"created\":1,\"data\":[{\"b64_json\":\"QUE=\"}]}"));
        assertEquals("QUE=", gateway.openai().images().generate(ImageGenerateParams.builder().model("local")
                .prompt("a camel").build()).data().orElseThrow().get(0).b64Json().orElseThrow());
        assertEquals("/v1/images/generations", cloud.last().path());
        assertEquals("QUE=", gateway.openai().images().edit(ImageEditParams.builder().model("local")
                .prompt("a hat").image(new ByteArrayInputStream(SOUND)).build()).data().orElseThrow().get(0).b64Json()
                .orElseThrow());
        assertEquals("/v1/images/edits", cloud.last().path());
        assertTrue(asked().contains("cloud-upstream") && asked().contains("ID3-sound"), asked());
    }

    @Test
    void theOfficialClientNamesNoModelForAModerationAndTheOneOfThatModeServesIt() {
        cloud.does((request, line) -> line.json(200, "{\"id\":\"m\",\"model\":\"judge-upstream\",\"results\":[]}"));
        assertEquals("judge", gateway.openai().moderations().create(ModerationCreateParams.builder().input("hi")
                .build()).model());
        assertEquals("{\"input\":\"hi\",\"model\":\"judge-upstream\"}", cloud.last().text());
        cloud.does((request, line) -> line.json(200, "{\"data\":[]}"));
        assertEquals(200, gateway.post("/images/generations", "{\"prompt\":\"a camel\"}").statusCode());
        assertTrue(asked().contains("painter-upstream"), asked());
    }

    @Test
    void aModelOfAnotherModeIsAskedAllTheSame() {
        cloud.does((request, line) -> line.json(200, "{\"data\":[]}"));
        assertEquals(200, gateway.post("/v1/images/generations", "{\"model\":\"hearer\",\"prompt\":\"a camel\"}")
                .statusCode());
        HttpResponse<String> models = gateway.get("/v1/models");
        assertTrue(models.body().contains("\"mode\":\"audio_transcription\""), models.body());
        assertTrue(gateway.get("/model/info").body().contains("\"mode\":\"audio_transcription\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/tokenize|{\"model\":\"MODEL\",\"content\":\"hi\"}",
        "/detokenize|{\"model\":\"MODEL\",\"tokens\":[1]}", "/infill|{\"model\":\"MODEL\",\"input_prefix\":\"a\"}",
        "/apply-template|{\"model\":\"MODEL\",\"messages\":[]}"})
    void llamaServersOwnPathsStandBesideTheV1OfTheBaseUrl(String path, String body) {
        local.does((request, line) -> line.json(200, "{\"content\":\"x\",\"model\":\"theirs\"}"));
        for (String[] model : new String[][] {{"local", "local-upstream", ""}, {"bare", "bare-upstream", ""},
                {"deep", "a b", "/llama"}}) {
            HttpResponse<String> answer = gateway.post(path, body.replace("MODEL", model[0]));
            assertEquals("{\"content\":\"x\",\"model\":\"" + model[0] + "\"}", answer.body());
            assertEquals(model[2] + path, local.last().path());
            assertEquals(body.replace("MODEL", model[1]), local.last().text());
        }
    }

    @Test
    void thePropertiesOfAServerAreReadByGet() {
        local.does((request, line) -> line.json(200, "{\"total_slots\":4}"));
        assertEquals("{\"total_slots\":4}", gateway.post("/props", "{\"model\":\"deep\"}").body());
        assertEquals("GET", local.last().method());
        assertEquals("/llama/props?model=a+b", local.last().path());
        assertEquals(0, local.last().body().length);
    }

    @Test
    void noOtherModelsTokensStandInUnlessTheRequestNamesThatModel() {
        cloud.does((request, line) -> line.json(200, "{\"tokens\":[1]}"));
        assertEquals(503, gateway.post("/tokenize", "{\"model\":\"local\",\"content\":\"hi\"}").statusCode());
        assertTrue(cloud.posts().isEmpty());
        assertEquals("{\"tokens\":[1]}", gateway.post("/tokenize",
                "{\"model\":\"local\",\"content\":\"hi\",\"fallbacks\":[\"cloud\"]}").body());
        assertEquals("/tokenize", cloud.last().path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"under: up", "method: PUT"})
    void aWrongPlaceOrMethodStopsTheStartAndSaysWhatToWrite(String wrong) {
        String[] words = wrong.split(": ");
        Throwable failure = assertThrows(Exception.class,
                () -> RunningGateway.with(RunningGateway.single(local), Map.of(), Map.of("own.camel.yaml", """
                - templatedRoute:
                    routeTemplateRef: endpoint
                    routeId: own
                    prefixId: own
                    parameters:
                      - {name: path, value: /v1/own}
                      - {name: operation, value: own}
                      - {name: upstream, value: /own}
                      - {name: answer, value: json}
                      - {name: %s, value: %s}
                """.formatted(words[0], words[1]))).close());
        StringBuilder told = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            told.append(cause.getMessage()).append('\n');
        }
        assertTrue(told.toString().contains("has the parameter " + words[0] + " '" + words[1] + "': write "),
                told.toString());
    }
}
