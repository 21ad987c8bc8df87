package io.dromedary.ledger;

import java.util.List;
import java.util.Optional;

/**
 * What became of a reservation: all of its claims are granted, or none.
 *
 * @param grant    names the reservation where it is granted; null where it is refused
 * @param claims   what was claimed
 * @param standing how each limit stands now, in the order of the claims
 */
public record Decision(String grant, List<Claim> claims, List<Standing> standing) {

    /** Whether all claims are granted. */
    public boolean granted() {
        return grant != null;
    }

    /** The limit that refuses it longest; empty where it is granted. */
    public Optional<Standing> refusal() {
        return granted() ? Optional.empty() : standing.stream().filter(Standing::refuses)
                .max((one, other) -> Long.compareUnsigned(one.waitMs(), other.waitMs()));
    }
}
