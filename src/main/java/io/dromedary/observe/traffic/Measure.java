package io.dromedary.observe.traffic;

/** What is summed up in each step of a series. */
public enum Measure {
    /** Requests, or attempts at a deployment. */
    REQUESTS,
    /** Those that failed; clients that left are none. */
    ERRORS,
    /** Those that another group answered, or attempts for another group than the one that was asked. */
    FALLBACKS,
    /** Requests that the server refused before a route. */
    REFUSED,
    /** Attempts that could not be made, because a breaker was open or there was no place. */
    PASSED_OVER,
    /** Clients that left. */
    GONE,
    /** Tokens of prompts. */
    PROMPT_TOKENS,
    /** Tokens that were generated. */
    COMPLETION_TOKENS,
    /** For how long those of them were generated whose time is known, in microseconds. */
    GENERATION_MICROS,
    /** Tokens that were generated in that time. */
    TIMED_TOKENS,
    /** What it cost, in billionths of a US dollar. */
    COST_NANOS,
    /** How many answers had a price. */
    PRICED
}
