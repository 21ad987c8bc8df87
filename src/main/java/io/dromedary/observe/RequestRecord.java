package io.dromedary.observe;

import java.math.BigDecimal;
import java.util.List;

import io.dromedary.client.TraceContext;
import io.dromedary.json.TokenUsage;

/**
 * One finished request, made once and read by all who tell of requests: log, metrics, traces, usage and the page. Holds
 * no prompt, no answer and no key. Text of the client's is cut to 256 characters and is not escaped.
 *
 * @param id             what {@code x-litellm-call-id} tells
 * @param at             when its head came, in ms since 1970
 * @param method         as the client wrote it; a dash where the request could not be read
 * @param path           as the client wrote it, without its query; a dash where the request could not be read
 * @param refused        whether the server answered it before it came to a route
 * @param key            the alias of the key that came; null where none did
 * @param model          the model that the client asked for; null where it asked for none that is known
 * @param operation      what was asked for, such as {@code chat}; null where it did not come to a plan
 * @param stream         whether a stream was asked for
 * @param affinity       by what its first deployment was chosen, {@code none} for by nothing; null where its group
 *                       keeps no requests together
 * @param status         of the answer; 499 where the client left
 * @param clientGone     whether the client left before its answer was whole
 * @param errorCode      the code of the error that the client was told, in a stream too; null for none
 * @param attempts       in their order; empty where no deployment was chosen
 * @param dropped        parameters of the client's that did not go upstream, the first 32 of them
 * @param leftOut        who was not asked because it cannot do what the request asks for, and why
 * @param totalMicros    to the end of the answer
 * @param contentMicros  to the first content for the client; -1 where there was none
 * @param overheadMicros of the total, while its body had come and no deployment had been asked or was at work
 * @param usage          what the answer has cost, in tokens
 * @param cost           what it has cost, in USD; null where that cannot be told. It is estimated where the usage is
 * @param bytesIn        of the request's body
 * @param bytesOut       of the answer's body
 * @param cached         whether it was answered from the cache; null where nothing was looked for there
 * @param trace          where it stands in a trace; null where it is in none
 */
public record RequestRecord(String id, long at, String method, String path, boolean refused, String key, String model,
        String operation, boolean stream, String affinity, int status, boolean clientGone, String errorCode,
        List<AttemptRecord> attempts, List<String> dropped, List<String> leftOut, long totalMicros, long contentMicros,
        long overheadMicros, TokenUsage usage, BigDecimal cost, long bytesIn, long bytesOut, Boolean cached,
        TraceContext trace) {

    /** The attempt whose answer the client has, else the last one that was asked, else the last; null without any. */
    public AttemptRecord last() {
        AttemptRecord last = null;
        for (AttemptRecord attempt : attempts) {
            if (attempt.outcome() == AttemptRecord.Outcome.ANSWERED) {
                return attempt;
            }
            last = last == null || attempt.asked() || !last.asked() ? attempt : last;
        }
        return last;
    }

    /** Whether a second deployment was asked because the first one's token was late. */
    public boolean hedged() {
        return attempts.stream().anyMatch(attempt -> attempt.choice() == AttemptRecord.Choice.HEDGE);
    }

    /** How many attempts asked a deployment. */
    public int asked() {
        return (int) attempts.stream().filter(AttemptRecord::asked).count();
    }
}
