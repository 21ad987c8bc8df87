package io.dromedary.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.model.Prices;
import io.dromedary.yaml.YamlTree;

/**
 * Reads the prices of an entry, which stand with its parameters or in {@code model_info}. They are decimals as they are
 * written, since a price of a millionth is no exact binary number.
 */
final class PriceReader {

    private static final List<String> KEYS = List.of("input_cost_per_token", "output_cost_per_token",
            "cache_read_input_token_cost", "cache_creation_input_token_cost", "output_cost_per_reasoning_token",
            "input_cost_per_request", "input_cost_per_second", "output_cost_per_second");
    /** More digits than any price has. A number of two characters, 1e999999999, has a billion of them. */
    private static final int MOST_DIGITS = 40;

    private final ScalarReader scalars;
    private final Findings faults;
    private final Map<String, BigDecimal> prices = new LinkedHashMap<>();

    /**
     * @param params {@code litellm_params}, which come first
     * @param info   {@code model_info}; null for none
     */
    PriceReader(ScalarReader scalars, Findings faults, YamlTree params, YamlTree info) {
        this.scalars = scalars;
        this.faults = faults;
        for (String key : KEYS) {
            read(params, key, KnownKeys.LITELLM_PARAMS.section())
                    .or(() -> info == null ? Optional.empty() : read(info, key, "model_list[].model_info"))
                    .ifPresent(price -> prices.put(key, price));
        }
    }

    private Optional<BigDecimal> read(YamlTree map, String key, String section) {
        String path = section + "." + key;
        return scalars.text(map, key, path).flatMap(text -> {
            Optional<BigDecimal> price = decimal(text);
            if (price.isEmpty()) {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is no number of 0 or more", "Write a number");
            }
            return price;
        });
    }

    private static Optional<BigDecimal> decimal(String text) {
        try {
            BigDecimal price = new BigDecimal(text.trim());
            return price.signum() >= 0 && price.precision() <= MOST_DIGITS && Math.abs(price.scale()) <= MOST_DIGITS
                    ? Optional.of(price) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What is written, by its key. */
    Map<String, BigDecimal> written() {
        return prices;
    }

    /** The same as prices of a deployment. */
    Prices prices() {
        return new Prices(of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7));
    }

    private BigDecimal of(int key) {
        return prices.get(KEYS.get(key));
    }
}
