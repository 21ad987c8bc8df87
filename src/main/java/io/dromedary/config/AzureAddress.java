package io.dromedary.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Rule;
import io.dromedary.model.UpstreamForm;
import io.dromedary.yaml.YamlTree;

/**
 * Where an Azure OpenAI deployment is: {@code RESOURCE/openai/deployments/NAME/...?api-version=V}, or, with a base that
 * ends in {@code /openai/v1}, the newer API without either (learn.microsoft.com, Azure OpenAI reference).
 */
final class AzureAddress {

    /** The last version of the dated API that is not a preview. */
    static final String VERSION = "2024-10-21";

    /** The words with which LiteLLM asks for the newer API. */
    private static final List<String> NEWER = List.of("v1", "latest", "preview");
    private static final Pattern TARGET =
            Pattern.compile("(https?://[^?#]*?)/openai(?:/deployments/([^/?#]+))?(?:/[a-z/]*)?(?:\\?(.*))?");
    private static final Pattern VERSION_OF_QUERY = Pattern.compile("(?:^|&)api-version=([\\w.-]+)");

    private final ScalarReader scalars;

    AzureAddress(ScalarReader scalars) {
        this.scalars = scalars;
    }

    /**
     * The base and the form of an entry.
     *
     * @param written {@code api_base}, be it the resource, the deployment or the whole target that the portal shows
     * @param model   the deployment's name
     */
    Located locate(String written, String model, YamlTree params, String keyHeader) throws NotServed {
        String path = KnownKeys.LITELLM_PARAMS.path("api_version");
        Optional<String> version = scalars.served(params, "api_version", path)
                .or(() -> scalars.variable("AZURE_API_VERSION"));
        String resource = written;
        String name = model;
        if (written.matches("[^?#]*/openai/v1") || version.isPresent() && NEWER.contains(version.get())) {
            String base = written.endsWith("/openai/v1") ? written
                    : (written.endsWith("/openai") ? written : written + "/openai") + "/v1";
            return new Located(base, new UpstreamForm(keyHeader, "", ""));
        }
        Matcher target = TARGET.matcher(written);
        if (target.matches()) {
            resource = target.group(1);
            name = target.group(2) == null ? model : target.group(2);
            Matcher query = VERSION_OF_QUERY.matcher(target.group(3) == null ? "" : target.group(3));
            version = version.isEmpty() && query.find() ? Optional.of(query.group(1)) : version;
        }
        if (name.contains("*") || !name.matches("[\\w.-]+")) {
            throw new NotServed(Rule.UPSTREAM_ADDRESS, params.placeOfKey("model"),
                    KnownKeys.LITELLM_PARAMS.path("model"), name + " cannot be an Azure deployment's name",
                    "Write azure/<the deployment's name>, or an api_base that ends in /openai/v1");
        }
        if (version.isPresent() && !version.get().matches("[\\w.-]+")) {
            throw new NotServed(Rule.VALUE_FORM, params.place(), path, "is no version of Azure's API",
                    "Write " + VERSION);
        }
        return new Located(resource + "/openai", new UpstreamForm(keyHeader, "/deployments/" + name,
                "?api-version=" + version.orElse(VERSION)));
    }

    /** A base URL and the form of the requests under it. */
    record Located(String base, UpstreamForm form) {
    }
}
