package io.dromedary.redis;

/**
 * How the connection to Redis stands.
 *
 * @param up       whether it is asked now
 * @param sinceMs  since when it is so, in ms since 1970; 0 before the first connection was tried
 * @param reason   why it is not asked, without any secret; empty while it is
 * @param outages  how often it went away since the start
 * @param late     how many calls had no answer within their clock since the start
 * @param server   where it is, as {@code host:port}
 */
public record RedisStatus(boolean up, long sinceMs, String reason, long outages, long late, String server) {
}
