package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.http.TimedCall;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.http.UpstreamPool;
import io.dromedary.http.UpstreamRequest;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.ObjectFields;
import io.dromedary.time.ClockTimer;

/**
 * Asks an upstream how many tokens a request has, over the connections of the deployment's own calls. Whatever goes
 * wrong is no failure of the deployment: the count is then not known.
 */
public final class TokenCount {

    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final int OK = 200;

    private final UpstreamPool pool;
    private final ClockTimer timer;
    private final long timeoutMs;

    /**
     * @param pool      the deployment's connections
     * @param timer     on whose thread the clock expires
     * @param timeoutMs how long the count may take in all, in ms
     */
    public TokenCount(UpstreamPool pool, ClockTimer timer, long timeoutMs) {
        this.pool = pool;
        this.timer = timer;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Sends {@code body}.
     *
     * @param path    of the count under the deployment's base URL
     * @param headers those of the deployment's own calls
     * @return its {@code input_tokens}; empty if it did not tell
     */
    public OptionalLong of(String path, Map<String, String> headers, JsonSlices body) {
        try (TimedCall call = new TimedCall(timer, timeoutMs)) {
            UpstreamAnswer answer = pool.call(call, new UpstreamRequest("POST", path, headers, body.slices()));
            byte[] told = answer.readNBytes(LONGEST_ANSWER);
            if (answer.status() != OK) {
                return OptionalLong.empty();
            }
            ObjectFields fields = ObjectFields.pickOfAnswer(told, "input_tokens");
            return fields.find("input_tokens").filter(field -> field.kind() == JsonToken.VALUE_NUMBER_INT
                    && field.length() < 18)
                    .map(field -> OptionalLong.of(Long.parseLong(new String(told, field.value(), field.length(),
                    StandardCharsets.US_ASCII)))).orElse(OptionalLong.empty());
        } catch (IOException | IllegalStateException e) {
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            return OptionalLong.empty();
        }
    }
}
