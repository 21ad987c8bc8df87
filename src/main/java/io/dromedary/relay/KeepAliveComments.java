package io.dromedary.relay;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.time.ClockTimer;

/**
 * Signs of life, comments in most dialects, to the client of a stream without content so far, one each few seconds. The
 * first one sends the head of the answer, without what the upstream's head says, so that a failure after it can only be
 * told as an event; another deployment can still take over. Written on the timer's thread, which must not wait: a
 * client that is behind gets none.
 */
public final class KeepAliveComments {

    private final ClientCall call;
    private final RequestRun run;
    private final AnswerPolicy policy;
    private final ClockTimer timer;
    private final long everyMs;
    private ClockTimer.Task next;
    private boolean stopped;

    /**
     * @param policy  which headers the client sees
     * @param timer   on whose thread comments are written
     * @param everyMs the pause between two of them, in ms
     */
    public KeepAliveComments(RequestRun run, AnswerPolicy policy, ClockTimer timer, long everyMs) {
        this.call = run.call();
        this.run = run;
        this.policy = policy;
        this.timer = timer;
        this.everyMs = everyMs;
    }

    /** From now on, comments are sent. */
    public void start() {
        synchronized (call) {
            if (!stopped) {
                next = timer.after(everyMs, this::comment);
            }
        }
    }

    private void comment() {
        synchronized (call) {
            if (!stopped && !call.answer().contentSent() && !call.gone()) {
                StreamHead.send(call, AnswerHeaders.of(call, run, policy));
                call.answer().writeAtOnce(call.form().keepAlive());
                start();
            }
        }
    }

    /**
     * When this returns, no comment is on its way: what follows finds the head either sent or not, never in between.
     */
    public void stop() {
        synchronized (call) {
            stopped = true;
            if (next != null) {
                next.cancel();
            }
        }
    }
}
