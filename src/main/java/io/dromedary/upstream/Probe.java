package io.dromedary.upstream;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.dromedary.http.NoFreeConnection;
import io.dromedary.http.TimedCall;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.http.UpstreamPool;
import io.dromedary.http.UpstreamRequest;
import io.dromedary.time.ClockTimer;

/**
 * Asks an upstream for its list of models, which costs no token, over the connections and with the headers of the
 * deployment's own calls. Any answer below 500 shows that it is there: many servers have no such list, and a restricted
 * key may not ask for it.
 */
public final class Probe {

    private static final int MOST_READ = 256 * 1024;
    private static final int BLOCK = 8 * 1024;

    private final UpstreamPool pool;
    private final ClockTimer timer;
    private final long timeoutMs;

    /**
     * @param pool      the deployment's connections
     * @param timer     on whose thread the clock expires
     * @param timeoutMs how long a probe may take in all, in ms
     */
    public Probe(UpstreamPool pool, ClockTimer timer, long timeoutMs) {
        this.pool = pool;
        this.timer = timer;
        this.timeoutMs = timeoutMs;
    }

    /** Whether a connection can be made at all, for servers that mind being asked; null if so, else what is wrong. */
    public String connect() {
        try (TimedCall call = new TimedCall(timer, timeoutMs)) {
            pool.connect(call);
            return null;
        } catch (IOException e) {
            return problem(e);
        } catch (InterruptedException e) {
            return "no answer in time";
        }
    }

    /**
     * Sends {@code GET /models}.
     *
     * @param path    of the list of models under the deployment's base URL
     * @param headers those of the deployment's own calls
     * @return what is wrong, in words fit for clients; null if the upstream is well
     */
    public String run(String path, Map<String, String> headers) {
        headers.put("Accept", "application/json");
        try (TimedCall call = new TimedCall(timer, timeoutMs)) {
            UpstreamAnswer answer = pool.call(call, new UpstreamRequest("GET", path, headers, List.of()));
            int status = answer.status();
            drain(answer);
            return status >= 500 ? "GET /models answered " + status : null;
        } catch (IOException e) {
            return problem(e);
        } catch (InterruptedException e) {
            return "no answer in time";
        }
    }

    /** Reads a short list to its end, so that the connection can be used again; closing the call ends a long one. */
    private static void drain(UpstreamAnswer answer) throws IOException {
        byte[] block = new byte[BLOCK];
        int left = MOST_READ;
        for (int n = answer.read(block); n >= 0 && left > 0; n = answer.read(block)) {
            left -= n;
        }
    }

    /** A deployment all of whose connections are in use is busy, and not down. */
    private static String problem(IOException failure) {
        return failure instanceof NoFreeConnection ? null : "not reachable";
    }
}
