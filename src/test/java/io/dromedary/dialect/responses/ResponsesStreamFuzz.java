package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.dromedary.client.ApiError;
import io.dromedary.client.Ending;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** Whatever an upstream streams becomes events that fit each other. */
class ResponsesStreamFuzz {

    /** A line is a chunk; the last line ends it: with "!" the stream breaks off. */
    @FuzzTest(maxDuration = "6s")
    void aStreamIsToldInEventsThatFitEachOther(byte[] data) {
        Translation asked = new Talk().asks("{'model':'m','input':'a','tools':[{'type':'custom','name':'p'},"
                + "{'type':'namespace','name':'n','tools':[{'type':'function','name':'g'}]}]}");
        StreamTranslation stream = asked.stream(new Telling("m", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String text = new String(data, StandardCharsets.ISO_8859_1);
        try {
            for (String line : text.split("\n")) {
                stream.chunk(line.getBytes(StandardCharsets.ISO_8859_1), out);
                if (line.length() % 7 == 0) {
                    stream.keepAlive(out);
                }
            }
            if (text.endsWith("!")) {
                throw UpstreamFailed.unreadable("broken off");
            }
            stream.end(out);
        } catch (Ending broken) {
            stream.fail(ApiError.of(502, "server_error", null, null, "broken off"), out);
        }
        WholeStream.assertWhole(Talk.events(out.toByteArray()));
    }
}
