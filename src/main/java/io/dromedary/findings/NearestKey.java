package io.dromedary.findings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known key that a mistyped one was meant to be. */
public final class NearestKey {

    private static final int SHORT = 5;

    private NearestKey() {
    }

    /**
     * The known key within two letters of {@code key} (inserted, left out, replaced or swapped with its neighbour);
     * within one where {@code key} is so short that two letters would make any word of it.
     */
    public static Optional<String> withinTwoLetters(String key, Collection<String> known) {
        int most = key.length() < SHORT ? 1 : 2;
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - key.length()) <= most)
                .filter(candidate -> distance(key, candidate) <= most)
                .min(Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Optimal string alignment: Levenshtein's distance in which a swap of neighbours counts one. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
