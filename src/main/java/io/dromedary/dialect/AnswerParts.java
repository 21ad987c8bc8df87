package io.dromedary.dialect;

import io.dromedary.json.TokenUsage;

/**
 * Takes an answer part by part. A part begins, grows and ends before the next one begins; {@link #end} is the last
 * call, and is not made for a stream that breaks off. {@link PartSequence} makes the calls.
 */
public interface AnswerParts {

    /** What kinds of parts there are. */
    enum Kind { REASONING, TEXT, REFUSAL }

    /** Why the model stopped, whatever its server calls it. */
    enum Stop { END, STOP_SEQUENCE, CALLS, LENGTH, FILTER }

    /** The first part is about to begin, or the answer is about to end without one. Called once. */
    void begin();

    /** A part of that kind begins. Another one of the same kind may have ended before. */
    void open(Kind kind);

    /** The open part grows. */
    void grow(String text);

    /** The open part is whole. */
    void close();

    /**
     * A call of a tool begins.
     *
     * @param id   as the model's server gave it; one is made where it gave none
     * @param name of the function
     */
    void openCall(String id, String name);

    /** The open call's arguments grow: a piece of JSON text. */
    void arguments(String piece);

    /**
     * The open call is whole.
     *
     * @param whole false where the answer was cut in the middle of it
     */
    void closeCall(boolean whole);

    /**
     * The answer is whole.
     *
     * @param stop     why
     * @param sequence the stop sequence that ended it, where the server tells which; else null
     * @param usage    what it cost; all zero where the server does not say
     */
    void end(Stop stop, String sequence, TokenUsage usage);
}
