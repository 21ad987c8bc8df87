package io.dromedary.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * A provider's base URL with places that an entry fills, such as its region: {@code {key=VARIABLE,VARIABLE:value}} is
 * the {@code litellm_params} of that key, else the first variable that is set, else the value, if there is one.
 */
final class BaseTemplate {

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)=([\\w,]+)(?::([^}]*))?}");
    /** What may stand in a URL's host or in a segment of its path and mean nothing there. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final ScalarReader scalars;

    BaseTemplate(ScalarReader scalars) {
        this.scalars = scalars;
    }

    /** The variables that may fill the base of {@code provider}, the first of each place. */
    static List<String> variables(Provider provider) {
        return PLACE.matcher(provider.base()).results().map(place -> place.group(2).split(",")[0]).toList();
    }

    /** The base, or empty where {@code api_base} stands in its place and it could not be filled. */
    String fillIfNeeded(Provider provider, YamlTree params) throws NotServed {
        boolean written = params.get("api_base").isPresent() || params.get("base_url").isPresent();
        return written && provider.base().contains("{") ? "" : fill(provider, params);
    }

    /**
     * The base of {@code provider} for the entry with these {@code litellm_params}.
     *
     * @throws NotServed if nothing fills a place, or what fills it cannot stand in a URL
     */
    private String fill(Provider provider, YamlTree params) throws NotServed {
        Matcher place = PLACE.matcher(provider.base());
        StringBuilder url = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(url, Matcher.quoteReplacement(value(params, place.group(1),
                    List.of(place.group(2).split(",")), Optional.ofNullable(place.group(3)))));
        }
        place.appendTail(url);
        // Google's location "global" has a host without a location.
        return url.toString().replace("https://global-aiplatform.", "https://aiplatform.");
    }

    private String value(YamlTree params, String key, List<String> variables, Optional<String> standard)
            throws NotServed {
        String path = KnownKeys.LITELLM_PARAMS.path(key);
        String value = scalars.served(params, key, path)
                .or(() -> variables.stream().flatMap(name -> scalars.variable(name).stream()).findFirst())
                .or(() -> standard).orElseThrow(() ->
                new NotServed(Rule.REQUIRED_KEY, params.place(), path,
                        "is missing, and " + String.join(" and ", variables) + " are not set",
                        "Write " + key + ": or set " + variables.get(0)));
        if (!PLAIN.matcher(value).matches()) {
            throw new NotServed(Rule.VALUE_FORM, params.get(key).isPresent() ? params.placeOfKey(key) : params.place(),
                    path, "cannot stand in a URL", "Write letters, digits, '-', '.' and '_'");
        }
        return value;
    }
}
