package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of the parts of messages are found in the pass that finds a request's fields. */
class PartTypesTest {

    private static final PartTypes TYPES = PartTypes.of(List.of("image_url", "input_audio", "file"));

    private static Set<String> types(String json) throws IOException {
        ObjectFields fields = ObjectFields.read(json.getBytes(StandardCharsets.UTF_8), 10, TYPES);
        return fields.all().iterator().next().items().types();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":[{\"c\":[{\"type\":\"image_url\"},{\"type\":\"text\"},{\"b\":1,\"type\" : \"input_audio\"}]}]}",
        "{\"a\":[{\"c\":[{\"type\":\"file\"}]},{\"c\":{\"type\":\"image_url\"}}],\"b\":[{\"c\":[7,\"type\"]}]}",
        "{\"a\":[{\"x\":{\"y\":{\"z\":[]}},\"c\":[[1],{\"b\":{\"type\":\"image_url\"},\"type\":\"file\"}]},7]}"})
    void findsTheTypesOfParts(String json) throws IOException {
        assertEquals(json.contains("text") ? Set.of("image_url", "input_audio") : Set.of("file"), types(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":[{\"type\":\"image_url\"}]}", "{\"a\":{\"b\":{\"c\":[{\"type\":\"image_url\"}]}}}",
        "{\"a\":[{\"c\":[{\"d\":{\"type\":\"image_url\"}}]}]}", "{\"a\":[{\"c\":{\"type\":\"image_url\"}}]}",
        "{\"a\":[{\"c\":[{\"type\":{\"image_url\":1}},{\"kind\":\"image_url\"}]}]}",
        "{\"a\":[{\"c\":{\"d\":{\"type\":\"image_url\"}}}]}", "{\"a\":[[[{\"type\":\"image_url\"}]]]}",
        "{\"a\":[{\"c\":[{\"type\":\"image_urls\"},{\"types\":\"image_url\"}]}]}"})
    void takesNothingElseForTheTypeOfAPart(String json) throws IOException {
        assertEquals(Set.of(), types(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[{\"c\":[{\"type\":\"image\\u005furl\"}]}]}",
        "{\"a\":[{\"c\":[{\"t\\u0079pe\":\"image_url\"}]}]}"})
    void readsTypesThatAreWrittenWithEscapes(String json) throws IOException {
        assertEquals(Set.of("image_url"), types(json));
    }
}
