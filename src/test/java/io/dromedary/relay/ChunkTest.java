package io.dromedary.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as content, as a finish, as an error. */
class ChunkTest {

    private static Chunk read(String json) throws IOException {
        return Chunk.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"role\":\"assistant\"|false", "\"role\":\"assistant\",\"content\":\"\"|false", "\"content\":null|false",
                "\"content\":\"a\"|true",
        "\"reasoning_content\":\"a\"|true", "\"reasoning\":\"a\"|true", "\"refusal\":\"no\"|true",
        "\"tool_calls\":[]|false",
        "\"tool_calls\":[{\"index\":0,\"id\":\"\"}]|true", "\"function_call\":{}|false",
        "\"function_call\":{\"name\":\"f\"}|true",
        "\"audio\":{\"id\":\"x\",\"data\":[[1],{\"a\":{}}]}|true", "\"something_new\":0|true", "''|false"})
    void aDeltaIsContentIfAnythingButTheRoleIsInIt(String delta, boolean content) throws IOException {
        assertEquals(content,
                read("{\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"finish_reason\":null}]}").content());
    }

    @Test
    void aTextAndAFinishAreContentToo() throws IOException {
        assertEquals(true, read("{\"choices\":[{\"text\":\"a\"}]}").content());
        assertEquals(false, read("{\"choices\":[{\"text\":\"\",\"finish_reason\":null}]}").content());
        Chunk finish = read("{\"choices\":[{\"index\":2,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        assertEquals(true, finish.content());
        assertEquals("{2}", finish.finished().toString());
    }

    @Test
    void theModelsNameIsExchangedAndAllElseStays() throws IOException {
        String json = "{\"model\" : \"up\\\"stream\" ,\"x\":{\"model\":\"inner\"},\"choices\":[]}";
        assertEquals("{\"model\" : \"me\" ,\"x\":{\"model\":\"inner\"},\"choices\":[]}",
                under(json, "\"me\""));
        assertEquals("{\"choices\":[]}", under("{\"choices\":[]}", "1"));
    }

    private static String under(String json, String model) throws IOException {
        Collected out = new Collected(0);
        read(json).appendTo(out, model.getBytes(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aStreamHasSoManyChoicesOnly() throws IOException {
        assertEquals("{16383}", read("{\"choices\":[{\"index\":16383}]}").choices().toString());
        assertThrows(IOException.class, () -> read("{\"choices\":[{\"index\":16384}]}"));
        assertThrows(IOException.class, () -> read("{\"choices\":[{\"index\":99999999999999999999}]}"));
        assertEquals("{0}", read("{\"choices\":[{\"index\":-5}]}").choices().toString());
    }

    @Test
    void anErrorIsFoundWhateverItsForm() throws IOException {
        assertEquals("{\"code\":1}",
                new String(read("{\"error\":{\"code\":1},\"choices\":[]}").error(), StandardCharsets.UTF_8));
        assertEquals("\"text\"", new String(read("{\"error\":\"text\"}").error(), StandardCharsets.UTF_8));
        assertEquals(null, read("{\"error\":null,\"choices\":[]}").error());
    }

    @Test
    void anObjectThatSaysItIsAnErrorIsOneAndOneWithoutChoicesOrNullIsJustNoContent() throws IOException {
        for (String json : new String[] {"{\"choices\":[]}", "{\"usage\":{}}", "{\"message\":\"boom\"}", "{}", "null",
                "{\"error\":{}}"}) {
            assertEquals(false, read(json).content(), json);
            assertEquals(null, read(json).error(), json);
        }
        assertEquals("{\"object\":\"error\",\"message\":\"boom\"}",
                new String(read("{\"object\":\"error\",\"message\":\"boom\"}").error(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"", "[]", "1", "{", "{\"choices\":[", "{\"choices\":[{\"delta\":{\"tool_calls\":[", "{}{}", "{\"a\":1"})
    void whatIsNoJsonObjectIsNoChunk(String json) {
        assertThrows(IOException.class, () -> read(json));
    }
}
