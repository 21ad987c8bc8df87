package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** Whatever an upstream answers becomes a response, or a failure. */
class ResponsesAnswerFuzz {

    @FuzzTest(maxDuration = "6s")
    void aPlainAnswerIsToldOrFails(byte[] data) {
        Translation asked = new Talk().asks("{'model':'m','input':'a','tools':[{'type':'custom','name':'p'}]}");
        byte[] answer;
        try {
            answer = asked.answer(data, new Telling("m", false, bytes -> { }));
        } catch (UpstreamFailed refused) {
            return;
        }
        assertTrue(Talk.tree(answer).get("output").isArray());
    }
}
