package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

/** A field name that Jackson would take for another one. */
class NeverInUtf8Test {

    @Test
    void theByteIsFoundWhereverItStandsAndNoOtherIsTakenForIt() {
        for (int length = 0; length < 40; length++) {
            for (byte other : new byte[] {0, 1, 0x7F, (byte) 0x80, (byte) 0xFE, ' '}) {
                byte[] bytes = new byte[length + 2];
                Arrays.fill(bytes, other);
                bytes[0] = (byte) 0xFF;
                bytes[length + 1] = (byte) 0xFF;
                assertEquals(false, NeverInUtf8.isIn(bytes, 1, length), "outside");
                for (int at = 1; at <= length; at++) {
                    byte kept = bytes[at];
                    bytes[at] = (byte) 0xFF;
                    assertEquals(true, NeverInUtf8.isIn(bytes, 1, length),
                            "at " + at + " of " + length + " beside " + other);
                    bytes[at] = kept;
                }
            }
        }
    }

    @Test
    void aNameIsNotTakenForOneThatWasSeenBefore() throws IOException {
        byte[] seen = "{\"mo-del\":1}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] broken = "{\"mo-d\u00ffel\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, Json.tree(seen).path("mo-del").asInt());
        assertThrows(IOException.class, () -> Json.tree(broken));
        assertThrows(IOException.class, () -> ObjectFields.read(broken, java.util.Set.of()));
    }
}
