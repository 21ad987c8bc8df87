package io.dromedary.ledger;

/**
 * What a request wants of one limit.
 *
 * @param limit the limit
 * @param cost  how much of it, 0 or more, in the limit's unit. More than the limit's whole amount is granted where
 *              nothing of it is in use: such a request could never be served otherwise
 */
public record Claim(Limit limit, long cost) {
}
