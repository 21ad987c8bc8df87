package io.dromedary.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.key.Budget;
import io.dromedary.model.Deployment;
import io.dromedary.model.Secret;
import io.dromedary.yaml.YamlTree;

/** Reads {@code model_list}: each entry becomes a deployment, or a fault that names its line. */
final class ModelEntries {

    private static final String PARAMS = KnownKeys.LITELLM_PARAMS.section();

    private final Findings faults;
    private final ScalarReader scalars;
    private final SectionCheck check;
    private final UpstreamAddress address;
    private final RequestParameters parameters;
    private final Map<String, Place> ids = new LinkedHashMap<>();
    private final int parallel;
    private final Optional<Double> keepAlive;
    private final List<String> alwaysDropped;
    private final Set<String> names = new HashSet<>();
    private final List<Left> left = new ArrayList<>();
    private final KeyLimitsReader limits;
    private final Map<String, Budget> budgets = new LinkedHashMap<>();

    ModelEntries(Findings faults, ScalarReader scalars, SectionCheck check, List<String> notes, int parallel,
            Optional<Double> keepAlive, List<String> alwaysDropped) {
        this.parallel = parallel;
        this.alwaysDropped = alwaysDropped;
        this.keepAlive = keepAlive;
        this.faults = faults;
        this.scalars = scalars;
        this.limits = new KeyLimitsReader(faults, scalars);
        this.check = check;
        this.address = new UpstreamAddress(faults, scalars);
        this.parameters = new RequestParameters(faults, scalars, check, notes);
    }

    /** The names of all entries, faulty ones included: a fallback to a faulty one is no fault of its own. */
    Set<String> names() {
        return names;
    }

    /** How much single deployments may cost, by their ids. */
    Map<String, Budget> budgets() {
        return budgets;
    }

    /** The entries that cannot be served, in the order of the list. */
    List<Left> left() {
        return left;
    }

    /**
     * An entry that cannot be served.
     *
     * @param group its {@code model_name}
     * @param place where it stands
     */
    record Left(String group, Place place, NotServed why) {
    }

    /** The deployments of all {@code lists}, in order, without those that have a fault. */
    List<Deployment> read(List<YamlTree> lists, boolean dropParameters) {
        List<Deployment> deployments = new ArrayList<>();
        for (YamlTree list : lists) {
            for (YamlTree entry : list.items()) {
                read(entry, dropParameters).ifPresent(deployments::add);
            }
        }
        return deployments;
    }

    private Optional<Deployment> read(YamlTree entry, boolean dropParameters) {
        if (!entry.isMap()) {
            faults.stop(Rule.VALUE_FORM, entry.place(), "model_list", "has an item that is no map",
                    "Write - model_name: ...");
            return Optional.empty();
        }
        check.check(entry, KnownKeys.MODEL);
        Optional<String> group = scalars.text(entry, "model_name", "model_list[].model_name")
                .filter(name -> !name.isBlank());
        Optional<YamlTree> params = entry.get("litellm_params").filter(YamlTree::isMap);
        if (group.isEmpty()) {
            faults.stop(Rule.REQUIRED_KEY, entry.place(), "model_list[].model_name", "is missing",
                    "Write the name that clients use");
        }
        if (params.isEmpty()) {
            faults.stop(Rule.REQUIRED_KEY, entry.place(), PARAMS, "is missing",
                    "Write litellm_params: with model and api_base");
        }
        group.ifPresent(names::add);
        if (group.isEmpty() || params.isEmpty()) {
            return Optional.empty();
        }
        return deployment(entry, group.get(), params.get(), dropParameters);
    }

    private Optional<Deployment> deployment(YamlTree entry, String group, YamlTree params, boolean dropParameters) {
        RequestParameters.Defaults defaults = parameters.read(group, params);
        UpstreamAddress.Address at = null;
        try {
            at = address.read(params);
        } catch (NotServed e) {
            left.add(new Left(group, entry.place(), e));
        }
        Map<String, String> headers = new LinkedHashMap<>(headers(params));
        scalars.text(params, "organization", PARAMS + ".organization")
                .ifPresent(organization -> headers.put("OpenAI-Organization", organization));
        DeploymentId id = DeploymentId.of(entry, group, params);
        Place taken = ids.putIfAbsent(id.id(), entry.place());
        if (taken != null) {
            faults.stop(Rule.UNIQUE_ID, entry.place(), "model_list[].model_info.id",
                    "is the same as that of the entry in line " + taken.line(),
                    "Give each entry an id of its own, or remove one");
        }
        if (at == null || taken != null) {
            return Optional.empty();
        }
        Deployment.Share share = new Deployment.Share(
                whole(params, "weight"), whole(params, "rpm"), whole(params, "tpm"));
        limits.budget(params, KnownKeys.LITELLM_PARAMS).ifPresent(budget -> budgets.put(id.id(), budget));
        PriceReader prices =
                new PriceReader(scalars, faults, params, entry.get("model_info").orElse(null));
        return Optional.of(new Deployment(id.id(), id.routeName(), group, at.provider(), at.model(), at.rawModel(),
                at.baseUrl(), at.form(), at.apiKey().map(Secret::new).orElse(null),
                ConfigReader.milliseconds(scalars.number(params, "timeout", PARAMS + ".timeout")),
                ConfigReader.milliseconds(scalars.number(params, "stream_timeout", PARAMS + ".stream_timeout")),
                Map.copyOf(headers), defaults.defaults(), defaults.extraBody(), defaults.secrets(),
                !isList(params, "drop_params")
                && scalars.flag(params, "drop_params", PARAMS + ".drop_params").orElse(dropParameters),
                dropped(params), share,
                params.get("order").isPresent() ? (int) whole(params, "order") : Integer.MAX_VALUE,
                number(params, "num_retries"),
                ConfigReader.milliseconds(scalars.number(params, "cooldown_time", PARAMS + ".cooldown_time")),
                params.get("max_parallel_requests").isPresent() ? (int) whole(params, "max_parallel_requests")
                : parallel,
                ConfigReader.milliseconds(scalars.number(params, "keepalive_seconds", PARAMS + ".keepalive_seconds")
                .or(() -> keepAlive)),
                prices.prices(), modelInfo(entry, prices.written()),
                entry.place().file() + ":" + entry.place().line()));
    }

    private OptionalInt number(YamlTree params, String key) {
        return scalars.number(params, key, PARAMS + "." + key)
                .map(number -> OptionalInt.of(number.intValue())).orElse(OptionalInt.empty());
    }

    private long whole(YamlTree params, String key) {
        return scalars.whole(params, key, PARAMS + "." + key);
    }

    private Map<String, String> headers(YamlTree params) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String key : List.of("headers", "extra_headers")) {
            params.get(key).ifPresent(map -> map.entries().forEach((name, value) -> scalars
                    .resolve(value, map.placeOfKey(name), PARAMS + "." + key + "." + name)
                    .ifPresent(text -> headers.put(name, header(text, map.placeOfKey(name),
                    PARAMS + "." + key + "." + name)))));
        }
        return headers;
    }

    private String header(String text, Place place, String path) {
        String value = KeyText.ofHeader(text, faults, place, path);
        if (KeyText.breaksHeader(value)) {
            faults.stop(Rule.VALUE_FORM, place, path, "holds a line end or another control character",
                    "Write it in one line");
        }
        return value;
    }

    /**
     * Names under {@code drop_params} are taken for {@code additional_drop_params}, which is what they are meant for.
     */
    private List<String> dropped(YamlTree params) {
        List<String> names = new ArrayList<>(alwaysDropped);
        names.addAll(texts(params, "additional_drop_params"));
        if (isList(params, "drop_params")) {
            names.addAll(texts(params, "drop_params"));
        }
        String key = isList(params, "additional_drop_params") ? "additional_drop_params" : "drop_params";
        return DropPaths.checked(names, faults, params.placeOfKey(key), PARAMS + "." + key);
    }

    private static boolean isList(YamlTree params, String key) {
        return params.get(key).filter(YamlTree::isList).isPresent();
    }

    private static List<String> texts(YamlTree params, String key) {
        return params.get(key).map(list -> list.items().stream().map(YamlTree::text).toList()).orElse(List.of());
    }

    /** {@code model_info}, where prices stand too, wherever they were written: so LiteLLM's clients find them. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> modelInfo(YamlTree entry, Map<String, BigDecimal> prices) {
        Map<String, Object> all = new LinkedHashMap<>();
        entry.get("model_info").filter(YamlTree::isMap)
                .ifPresent(info -> all.putAll((Map<String, Object>) info.value()));
        prices.forEach((name, price) -> all.put(name, price.doubleValue()));
        return all;
    }
}
