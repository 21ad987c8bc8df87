package io.dromedary.config;

import java.net.URI;
import java.util.Optional;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** Finds out from {@code litellm_params} which upstream is meant, under which model name, and with which key. */
final class UpstreamAddress {

    private static final String PARAMS = KnownKeys.LITELLM_PARAMS.section();

    private final Findings faults;
    private final ScalarReader scalars;
    private final Environment environment;

    UpstreamAddress(Findings faults, ScalarReader scalars, Environment environment) {
        this.faults = faults;
        this.scalars = scalars;
        this.environment = environment;
    }

    /** The address, or empty after a fault. */
    Optional<Address> read(YamlTree params) {
        Optional<String> raw = scalars.text(params, "model", PARAMS + ".model").filter(model -> !model.isBlank());
        if (raw.isEmpty()) {
            if (params.get("model").isEmpty()) {
                faults.stop(Rule.REQUIRED_KEY, params.place(), PARAMS + ".model", "is missing",
                        "Write model: openai/<the upstream's name>");
            }
            return Optional.empty();
        }
        if (params.get("litellm_credential_name").isPresent()) {
            faults.stop(Rule.SETTING_SUPPORTED, params.placeOfKey("litellm_credential_name"),
                    PARAMS + ".litellm_credential_name",
                    "is not read here, so the deployment would have no key",
                    "Write api_key and api_base into the entry");
            return Optional.empty();
        }
        Optional<Named> named = provider(params, raw.get());
        Optional<String> base = named.flatMap(name -> baseUrl(params, name.provider()));
        if (base.isEmpty()) {
            return Optional.empty();
        }
        Provider provider = named.get().provider();
        Optional<String> key = apiKey(params, provider, base.get());
        return Optional.of(new Address(provider.name(), named.get().model(), raw.get(), base.get(), key));
    }

    private Optional<Named> provider(YamlTree params, String raw) {
        Optional<String> custom = scalars.text(params, "custom_llm_provider", PARAMS + ".custom_llm_provider");
        int slash = raw.indexOf('/');
        String prefix = custom.orElse(slash > 0 ? raw.substring(0, slash) : "");
        Optional<Provider> provider = Provider.named(prefix);
        if (provider.isPresent()) {
            String model = raw.startsWith(prefix + "/") ? raw.substring(prefix.length() + 1) : raw;
            return Optional.of(new Named(provider.get(), model));
        }
        if (prefix.isEmpty() && (raw.equals("*") || Provider.isOpenAiModel(raw))) {
            return Provider.named("openai").map(openai -> new Named(openai, raw));
        }
        String key = custom.isPresent() ? "custom_llm_provider" : "model";
        String near = NearestKey.withinTwoLetters(prefix, Provider.names())
                .map(name -> "Did you mean " + name + "/" + raw.substring(slash + 1) + "?")
                .orElse("Write openai/" + raw + " with an api_base for any server that speaks OpenAI's API");
        faults.stop(Rule.UPSTREAM_ADDRESS, params.placeOfKey(key), PARAMS + "." + key, prefix.isEmpty()
                ? raw + " names no provider" : prefix + " is not a provider that this gateway knows", near);
        return Optional.empty();
    }

    private Optional<String> baseUrl(YamlTree params, Provider provider) {
        String key = params.get("api_base").isPresent() ? "api_base" : "base_url";
        String path = PARAMS + "." + key;
        if (params.get(key).isEmpty()) {
            if (provider.baseUrl().isEmpty()) {
                faults.stop(Rule.REQUIRED_KEY, params.place(), PARAMS + ".api_base",
                        "is missing, and " + provider.name() + " has no default",
                        "Write api_base: http://host:port/v1");
            }
            return Optional.of(provider.baseUrl()).filter(url -> !url.isEmpty());
        }
        Place place = params.placeOfKey(key);
        return scalars.text(params, key, path).map(UpstreamAddress::withoutSlash).filter(url -> {
            if (isHttpUrl(url)) {
                return true;
            }
            faults.stop(Rule.VALUE_FORM, place, path, "is no URL of a server",
                    "Write http://host:port/v1 or https://host/v1");
            return false;
        });
    }

    private Optional<String> apiKey(YamlTree params, Provider provider, String base) {
        if (params.get("api_key").isPresent()) {
            return scalars.text(params, "api_key", PARAMS + ".api_key").filter(key -> !key.isBlank());
        }
        boolean defaultBase = base.equals(provider.baseUrl());
        if (!defaultBase || provider.keyVariable().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> key = environment.get(provider.keyVariable());
        if (key.isEmpty() && base.startsWith("https:")) {
            faults.stop(Rule.REQUIRED_KEY, params.place(), PARAMS + ".api_key",
                    "is missing, and " + provider.keyVariable() + " is not set",
                    "Write api_key: os.environ/" + provider.keyVariable() + " and set that variable");
        }
        return key;
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? withoutSlash(url.substring(0, url.length() - 1)) : url;
    }

    private static boolean isHttpUrl(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getQuery() == null && uri.getFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Where a deployment is.
     *
     * @param model    its name upstream
     * @param rawModel {@code litellm_params.model} as written
     */
    record Address(String provider, String model, String rawModel, String baseUrl, Optional<String> apiKey) {
    }

    private record Named(Provider provider, String model) {
    }
}
