package io.dromedary.operator.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

import io.dromedary.config.ConfigFiles;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Finding;
import io.dromedary.json.Json;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Secret;
import io.dromedary.settings.KnownSettings;
import io.dromedary.settings.Settings;

/** The configuration in force, without its secrets. */
final class ConfigJson {

    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)api[_-]?key|secret|passw|credential|authorization|auth[_-]?token|access[_-]?token|bearer|"
            + "private[_-]?key|(^|[_-])token$|cookie|signature");

    private ConfigJson() {
    }

    /** All of it; {@link SecretMask} still has to look through it. */
    static Map<String, Object> all(Serving serving) {
        GatewayConfig config = serving.gateway().config();
        List<Map<String, Object>> warnings = serving.warnings().stream().map(Finding::toString)
                .map(StateJson::placed).toList();
        return new Fields().put("files", files(serving))
                .put("models", config.catalogue().deployments().stream().map(ConfigJson::model).toList())
                .put("unserved", config.unserved().entries().stream().map(entry -> new Fields()
                        .put("group", entry.group()).put("reason", entry.reason()).put("source", entry.source()).map())
                        .toList())
                .put("routing", routing(config)).put("settings", settings(serving)).put("warnings", warnings)
                .put("notes", config.notes()).map();
    }

    private static List<Map<String, Object>> files(Serving serving) {
        List<Map<String, Object>> files = new ArrayList<>();
        ConfigFiles.of(serving.config()).forEach(file -> files.add(new Fields()
                .put("name", String.valueOf(file.getFileName())).put("changedAt", changed(file)).map()));
        return files;
    }

    private static Long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return null; // it has gone since
        }
    }

    private static Map<String, Object> model(Deployment deployment) {
        Map<String, Object> parameters = new TreeMap<>(deployment.defaultParameters());
        parameters.putAll(deployment.extraBody());
        parameters.replaceAll((name, json) -> masked(name, withoutVariables(String.valueOf(json), deployment)));
        return new Fields().put("id", deployment.id()).put("group", deployment.group())
                .put("provider", deployment.provider()).put("model", deployment.rawModel())
                .put("baseUrl", withoutSecrets(deployment.baseUrl()))
                .put("key", deployment.apiKey() == null ? "none" : "set")
                .put("order", deployment.order()).put("weight", positive(deployment.share().weight()))
                .put("rpm", positive(deployment.share().rpm())).put("tpm", positive(deployment.share().tpm()))
                .put("timeoutMs", orNull(deployment.timeoutMs()))
                .put("streamTimeoutMs", orNull(deployment.streamTimeoutMs()))
                .put("parallel", positive(deployment.parallel())).put("parameters", parameters)
                .put("headers", deployment.extraHeaders().keySet().stream().sorted().toList())
                .put("info", masked("", deployment.info())).put("source", deployment.source()).map();
    }

    /** Without what variables have brought in, however short it is. */
    private static String withoutVariables(String json, Deployment deployment) {
        String clean = json;
        for (Secret secret : deployment.parameterSecrets()) {
            clean = clean.replace(new String(Json.literal(secret.reveal()), StandardCharsets.UTF_8), "\"***\"");
        }
        return clean;
    }

    /** Without what often is a secret in an address: its user and its query. */
    private static String withoutSecrets(String url) {
        return url.replaceFirst("//[^/]*@", "//***@").replaceFirst("\\?.*", "?***");
    }

    /** {@code value} without what its name, or a name in it, calls a secret. */
    private static Object masked(String name, Object value) {
        if (SECRET_NAME.matcher(name).find()) {
            return "***";
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> clean = new LinkedHashMap<>();
            map.forEach((key, inner) -> clean.put(String.valueOf(key), masked(String.valueOf(key), inner)));
            return clean;
        }
        // A parameter of the body is the text of its JSON.
        return value instanceof String text && SECRET_NAME.matcher(text).find() ? "***" : value;
    }

    private static Long positive(long value) {
        return value > 0 ? value : null;
    }

    private static Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Map<String, Object> routing(GatewayConfig config) {
        Catalogue catalogue = config.catalogue();
        Map<String, Object> fallbacks = new LinkedHashMap<>();
        catalogue.groupNames().forEach(group -> {
            if (!catalogue.fallbacksOf(group).isEmpty()) {
                fallbacks.put(group, catalogue.fallbacksOf(group));
            }
        });
        Map<String, Object> aliases = new TreeMap<>();
        catalogue.aliases().forEach((name, alias) -> aliases.put(name, alias.model()));
        return new Fields().put("strategy", config.routingStrategy())
                .put("retries", config.retryRules().retries().isPresent()
                        ? config.retryRules().retries().getAsInt() : null)
                .put("timeoutMs", orNull(config.timeoutMs())).put("streamTimeoutMs", orNull(config.streamTimeoutMs()))
                .put("hedgeAfterMs", config.hedgeAfterMs()).put("preCallChecks", config.preCallChecks())
                .put("aliases", aliases).put("fallbacks", fallbacks).map();
    }

    private static List<Map<String, Object>> settings(Serving serving) {
        Settings settings = serving.gateway().settings();
        List<String> atStart = KnownSettings.readAtStart();
        return KnownSettings.names().stream().filter(settings::isThere).sorted(Comparator.naturalOrder())
                .map(name -> new Fields().put("name", name).put("value", masked(name, settings.text(name)))
                        .put("restart", atStart.contains(name)).map()).toList();
    }
}
