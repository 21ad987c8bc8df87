package io.dromedary.key;

import java.math.BigDecimal;
import java.math.RoundingMode;

import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Window;

/**
 * How much may be spent.
 *
 * @param usd    in US dollars; 0 for nothing at all
 * @param window after which it begins anew
 */
public record Budget(BigDecimal usd, Window window) {

    private static final int MICRO = 6;
    private static final BigDecimal MOST = new BigDecimal("1e18");

    /** The limit on {@code account} that it is. */
    public Limit on(String account, String name) {
        return new Limit(account, name, Unit.SPEND, micros(usd), window);
    }

    /** An amount of US dollars in millionths, rounded up; what is beyond all money in the world counts as so much. */
    public static long micros(BigDecimal usd) {
        return usd.movePointRight(MICRO).setScale(0, RoundingMode.CEILING).min(MOST).longValue();
    }
}
