package io.dromedary.redis.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;

/**
 * The claims of one account, as keys and arguments of the script. All keys of an account have its name as hash tag, so
 * that a cluster keeps them on one node.
 *
 * @param account whose they are
 * @param at      where the claims stand in those of the request
 * @param claims  the claims
 */
record AccountCall(String account, List<Integer> at, List<Claim> claims) {

    /** Of a request whose claims are all of one account, as most are. */
    private static final List<Integer> PLACES = IntStream.range(0, 16).boxed().toList();

    /** The claims of a request by their accounts, in the order in which those come first. */
    static List<AccountCall> of(List<Claim> claims) {
        if (claims.isEmpty()) {
            return List.of();
        }
        String first = claims.get(0).limit().account();
        if (claims.size() <= PLACES.size() && areOf(first, claims)) {
            return List.of(new AccountCall(first, PLACES.subList(0, claims.size()), claims));
        }
        Map<String, AccountCall> byAccount = new LinkedHashMap<>(4);
        for (int i = 0; i < claims.size(); i++) {
            AccountCall call = byAccount.computeIfAbsent(claims.get(i).limit().account(),
                    account -> new AccountCall(account, new ArrayList<>(4), new ArrayList<>(4)));
            call.at.add(i);
            call.claims.add(claims.get(i));
        }
        return List.copyOf(byAccount.values());
    }

    private static boolean areOf(String account, List<Claim> claims) {
        for (Claim claim : claims) {
            if (!claim.limit().account().equals(account)) {
                return false;
            }
        }
        return true;
    }

    List<String> keys(String namespace) {
        String base = namespace + ":{" + quoted(account) + "}:";
        List<String> keys = new ArrayList<>(claims.size() + 1);
        for (Claim claim : claims) {
            // A limit that changes its kind begins anew: its value has another form.
            keys.add(base + kind(claim.limit()) + ":" + claim.limit().name());
        }
        keys.add(base + "open");
        return keys;
    }

    /**
     * @param now      in ms, for the windows of spends
     * @param head     the first five arguments
     * @param used     what was used or is added, by the place in the request's claims; null for none
     * @param reserved when it was reserved, in ms; for settling
     */
    List<String> arguments(List<String> head, long now, long[] used, long reserved) {
        List<String> arguments = new ArrayList<>(head.size() + claims.size() * 7);
        arguments.addAll(head);
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            Limit limit = claim.limit();
            boolean spend = limit.unit() == Unit.SPEND;
            arguments.add(kind(limit));
            arguments.add(String.valueOf(limit.amount()));
            arguments.add(spend ? String.valueOf(limit.window().beginsMs(reserved))
                    : limit.window() == null ? "0" : String.valueOf(limit.window().lengthMs()));
            arguments.add(String.valueOf(spend ? limit.window().beginsMs(now) : reserved));
            arguments.add(spend ? ends(limit, now) : "0");
            arguments.add(String.valueOf(claim.cost()));
            arguments.add(used == null ? "0" : String.valueOf(used[at.get(i)]));
        }
        return arguments;
    }

    private static String ends(Limit limit, long now) {
        long ends = limit.window().endsMs(now);
        return ends == Long.MAX_VALUE ? "-1" : String.valueOf(ends);
    }

    private static String kind(Limit limit) {
        return switch (limit.unit()) {
            case REQUESTS, TOKENS -> "B";
            case PARALLEL -> "P";
            case SPEND -> "S";
        };
    }

    /** A name without what would end a hash tag. */
    private static String quoted(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (byte unit : name.getBytes(StandardCharsets.UTF_8)) {
            char sign = (char) (unit & 0xff);
            if (sign > ' ' && sign < 0x7f && sign != '{' && sign != '}' && sign != '%') {
                text.append(sign);
            } else {
                text.append('%').append(Integer.toHexString(0x100 | sign).substring(1));
            }
        }
        return text.toString();
    }
}
