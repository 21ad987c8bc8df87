package io.dromedary.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.model.BaseUrl;
import io.dromedary.model.UpstreamForm;
import io.dromedary.yaml.YamlTree;

/** Finds out from {@code litellm_params} which upstream is meant, under which model name, and how it is asked. */
final class UpstreamAddress {

    private static final String PARAMS = KnownKeys.LITELLM_PARAMS.section();
    /** What the gateway puts behind a base by itself. */
    private static final Pattern OPERATION =
            Pattern.compile("/(chat/completions|completions|embeddings|responses|models)$");

    /**
     * What LiteLLM's users write before a model's name to say by which of its own translations it is asked; it is no
     * part of the name (docs.litellm.ai: Azure OpenAI, AWS Bedrock, the bridge to the Responses API).
     */
    private static final Pattern TRANSLATION = Pattern.compile("(responses|o_series|gpt5_series|converse)/(?=.)");
    /** Whose names never begin with such a word themselves. */
    private static final Set<String> TRANSLATED = Set.of("openai", "azure", "bedrock");
    /** Those in whose own API a model has an address, and how it ends. */
    private static final Set<String> ADDRESS_EACH_MODEL = Set.of("gemini", "vertex_ai", "huggingface");
    private static final Pattern OF_ONE_MODEL = Pattern.compile("/models/[^/]+(/[^/]+)?$");

    private static final Map<String, String> ADDRESS_KEYS = new TreeMap<>(Map.of("api_version", "azure",
            "azure_ad_token", "azure", "aws_region_name", "bedrock", "vertex_project", "vertex_ai",
            "vertex_location", "vertex_ai"));

    private final Findings faults;
    private final ScalarReader scalars;
    private final BaseTemplate template;
    private final AzureAddress azure;
    private final UpstreamKey keys;

    UpstreamAddress(Findings faults, ScalarReader scalars) {
        this.faults = faults;
        this.scalars = scalars;
        this.template = new BaseTemplate(scalars);
        this.azure = new AzureAddress(scalars);
        this.keys = new UpstreamKey(faults, scalars);
    }

    /**
     * The address.
     *
     * @throws NotServed if the entry says none that can be asked
     */
    Address read(YamlTree params) throws NotServed {
        String raw = scalars.served(params, "model", PARAMS + ".model").filter(model -> !model.isBlank())
                .orElseThrow(() -> new NotServed(Rule.REQUIRED_KEY, params.place(), PARAMS + ".model", "is missing",
                "Write model: openai/<the upstream's name>"));
        if (params.get("litellm_credential_name").isPresent()) {
            throw new NotServed(Rule.SETTING_SUPPORTED, params.placeOfKey("litellm_credential_name"),
                    PARAMS + ".litellm_credential_name", "is not read here, so the deployment would have no key",
                    "Write api_key and api_base into the entry");
        }
        Named named = name(params, raw);
        Provider provider = named.provider();
        String standard = provider.ownServer() ? "" : template.fillIfNeeded(provider, params);
        Base base = base(params, provider, standard);
        checkCertificates(params, base.url());
        warnOfOthersKeys(params, provider);
        String model = provider.modelPrefix().isEmpty() || named.model().startsWith(provider.modelPrefix())
                ? named.model() : provider.modelPrefix() + named.model();
        UpstreamKey.Key key = keys.read(params, provider, base.url(), standard, base.ofVariable());
        String header = key.token() ? "Authorization" : provider.key().header();
        AzureAddress.Located at = provider.azurePaths() ? azure.locate(base.url(), model, params, header)
                : new AzureAddress.Located(withPath(base.url(), provider.path()), new UpstreamForm(header, "", ""));
        checkUrl(params, at.base());
        return new Address(provider.name(), model, raw, at.base(), key.value(), at.form());
    }

    /** The keys with which some providers are addressed say nothing to the others. */
    private void warnOfOthersKeys(YamlTree params, Provider provider) {
        ADDRESS_KEYS.forEach((key, owner) -> {
            boolean counts = owner.equals("azure") ? provider.azurePaths() : provider.base().contains("{" + key + "=");
            if (params.get(key).isPresent() && !counts) {
                faults.warn(Rule.SETTING_SUPPORTED, params.placeOfKey(key), PARAMS + "." + key,
                        "counts for " + owner + "/ only, ignored", "");
            }
        });
    }

    /** A deployment whose certificate is not to be checked cannot be had, and must not be checked in silence. */
    private void checkCertificates(YamlTree params, String url) throws NotServed {
        if (url.startsWith("http:")) {
            return; // without TLS there is no certificate, and files have the line there too
        }
        String text = params.get("ssl_verify").map(YamlTree::text).orElse("true");
        if (!ScalarReader.asBoolean(text).orElse(false)) {
            throw new NotServed(Rule.SETTING_SUPPORTED, params.placeOfKey("ssl_verify"), PARAMS + ".ssl_verify",
                    "is not done: certificates are always checked",
                    "Put the upstream's certificate into the file that SSL_CERT_FILE names, and remove the line");
        }
    }

    private Named name(YamlTree params, String raw) throws NotServed {
        Optional<String> custom = scalars.served(params, "custom_llm_provider", PARAMS + ".custom_llm_provider");
        int slash = raw.indexOf('/');
        String prefix = custom.orElse(slash > 0 ? raw.substring(0, slash) : "");
        String model = raw.startsWith(prefix + "/") ? raw.substring(prefix.length() + 1) : raw;
        Optional<Provider> provider = prefix.isEmpty() ? Providers.ofBareName(raw) : Providers.named(prefix);
        String key = custom.isPresent() ? "custom_llm_provider" : "model";
        if (provider.isEmpty()) {
            throw new NotServed(Rule.UPSTREAM_ADDRESS, params.placeOfKey(key), PARAMS + "." + key, prefix.isEmpty()
                    ? raw + " names no provider" : prefix + " is not a provider that this gateway knows",
                    custom.isPresent() ? mendOfCustom(prefix) : mend(prefix, model));
        }
        if (!provider.get().served()) {
            throw new NotServed(Rule.UPSTREAM_ADDRESS, params.placeOfKey(key), PARAMS + "." + key,
                    prefix + " cannot be served: " + provider.get().limits(),
                    custom.isPresent() ? mendOfCustom("") : mend("", model));
        }
        Matcher translation = TRANSLATION.matcher(model);
        if (TRANSLATED.contains(provider.get().name()) && translation.lookingAt()) {
            if (translation.group(1).equals("responses")) {
                faults.warn(Rule.VALUE_FORM, params.placeOfKey("model"), PARAMS + ".model",
                        "asks for the Responses API: chats are sent to chat/completions here", "");
            }
            model = model.substring(translation.end());
        }
        if (!provider.get().models().matcher(model).matches() && params.get("api_base").isEmpty()) {
            throw new NotServed(Rule.UPSTREAM_ADDRESS, params.placeOfKey("model"), PARAMS + ".model",
                    model + " cannot be served by " + provider.get().name() + ": " + provider.get().limits(),
                    mend("", model));
        }
        return new Named(provider.get(), model);
    }

    private static String mend(String prefix, String model) {
        return NearestKey.withinTwoLetters(prefix, Providers.servedNames())
                .map(name -> "Did you mean " + name + "/" + model + "?")
                .orElse("Write openai/" + model
                // What is no provider may be a part of the name, as with models that are named by their maker.
                + (prefix.isEmpty() ? "" : " (or openai/" + prefix + "/" + model + ", if the server calls it so)")
                + " with the api_base of a server that speaks OpenAI's API");
    }

    private static String mendOfCustom(String prefix) {
        return NearestKey.withinTwoLetters(prefix, Providers.servedNames())
                .map(name -> "Did you mean " + name + "?")
                .orElse("Write openai with the api_base of a server that speaks OpenAI's API");
    }

    private Base base(YamlTree params, Provider provider, String standard) throws NotServed {
        String key = baseKey(params);
        Optional<String> written = scalars.served(params, key, PARAMS + "." + key).filter(url -> !url.isBlank());
        if (written.isPresent()) {
            String url = withoutSlash(written.get());
            if (ADDRESS_EACH_MODEL.contains(provider.name()) && OF_ONE_MODEL.matcher(url).find()) {
                throw new NotServed(Rule.UPSTREAM_ADDRESS, params.placeOfKey(key), PARAMS + "." + key,
                        "is the address of one model in an API of the provider's own, which is not spoken here",
                        "Write the address under which it has /chat/completions");
            }
            Matcher operation = OPERATION.matcher(url);
            if (!operation.find() || provider.azurePaths()) {
                return new Base(url, false);
            }
            faults.warn(Rule.VALUE_FORM, params.placeOfKey(key), PARAMS + "." + key, "ends in " + operation.group()
                    + ", which the gateway puts behind it: it is read without that",
                    "Write it without that");
            return new Base(url.substring(0, operation.start()), false);
        }
        Optional<String> ofVariable =
                provider.baseFrom().stream().flatMap(name -> scalars.variable(name).stream()).findFirst();
        if (ofVariable.isEmpty() && provider.ownServer()) {
            throw new NotServed(Rule.REQUIRED_KEY, params.place(), PARAMS + ".api_base",
                    "is missing, and " + provider.name() + " has no default",
                    "Write api_base: http://host:port/v1");
        }
        return new Base(withoutSlash(ofVariable.orElse(standard)), ofVariable.isPresent());
    }

    private static String baseKey(YamlTree params) {
        return params.get("api_base").isPresent() ? "api_base" : "base_url";
    }

    /** {@code url} with those of the last segments of {@code path} that it lacks. */
    static String withPath(String url, String path) {
        List<String> segments = path.isEmpty() ? List.of() : List.of(path.substring(1).split("/"));
        for (int given = segments.size(); given >= 0; given--) {
            String there = String.join("", segments.subList(0, given).stream().map(segment -> "/" + segment).toList());
            if (url.endsWith(there)) {
                return url + path.substring(there.length());
            }
        }
        return url;
    }

    private void checkUrl(YamlTree params, String url) throws NotServed {
        if (BaseUrl.of(url).isEmpty()) {
            String key = baseKey(params);
            Place place = params.get(key).isPresent() ? params.placeOfKey(key) : params.place();
            throw new NotServed(Rule.VALUE_FORM, place, PARAMS + "." + key, "is no URL of a server",
                    "Write http://host:port/v1 or https://host/v1");
        }
    }

    private static String withoutSlash(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    /**
     * Where a deployment is.
     *
     * @param model    its name upstream
     * @param rawModel {@code litellm_params.model} as written
     * @param form     how it is asked
     */
    record Address(String provider, String model, String rawModel, String baseUrl, Optional<String> apiKey,
            UpstreamForm form) {
    }

    private record Named(Provider provider, String model) {
    }

    private record Base(String url, boolean ofVariable) {
    }
}
