package io.dromedary.operator.api;

import java.util.List;
import java.util.Map;

import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.quota.KeyLimit;

/** The keys of apps with what they may use and have used, as the page shows them; never a key or its hash. */
final class KeysJson {

    private static final int MOST = 500;
    private static final double MICRO = 1e6;

    private KeysJson() {
    }

    static Map<String, Object> all(Serving serving) {
        List<VirtualKey> keys = serving.gateway().config().access().keys();
        long now = System.currentTimeMillis();
        return new Fields().put("masterMayCall", serving.gateway().config().access().masterMayCall())
                .put("count", keys.size())
                .put("keys", keys.stream().limit(MOST).map(key -> key(serving, key, now)).toList()).map();
    }

    private static Map<String, Object> key(Serving serving, VirtualKey key, long now) {
        boolean expired = key.expires() != null && key.expires().toEpochMilli() <= now;
        return new Fields().put("alias", key.alias())
                .put("state", key.blocked() ? "blocked" : expired ? "expired"
                        : key.hashes().isEmpty() ? "unset" : "open")
                .put("values", key.hashes().size())
                .put("expires", key.expires() == null ? null : key.expires().toEpochMilli())
                .put("models", key.scope().models() == null ? null : key.scope().models().stream().sorted().toList())
                .put("team", key.metadata().getOrDefault("team_alias", key.metadata().get("team")))
                .put("softBudgetUsd", key.limits().softBudget() == null ? null : key.limits().softBudget().usd())
                .put("softBudgetPassed", serving.gateway().keyLedger().softBudgetPassed(key))
                .put("limits", serving.gateway().keyLedger().uses(key).stream()
                        .filter(use -> !use.limit().name().equals(KeyLimit.SOFT_BUDGET))
                        .map(use -> limit(use, now)).toList()).map();
    }

    private static Map<String, Object> limit(KeyLimit.Use use, long now) {
        boolean usd = use.limit().unit() == Unit.SPEND;
        long resets = use.resetsAt(now);
        return new Fields().put("name", use.limit().name())
                .put("unit", usd ? "usd" : RequestJson.word(use.limit().unit()))
                .put("model", KeyLimit.modelOf(use.limit()).orElse(null))
                .put("amount", usd ? (Object) (use.limit().amount() / MICRO) : (Object) use.limit().amount())
                .put("used", usd ? (Object) (use.used() / MICRO) : (Object) use.used())
                .put("resetsAt", resets == 0 || resets == Long.MAX_VALUE || use.used() == 0 && !usd ? null : resets)
                .map();
    }
}
