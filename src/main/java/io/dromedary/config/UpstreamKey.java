package io.dromedary.config;

import java.net.URI;
import java.util.Optional;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** Finds the key of a deployment: the one that is written, else the provider's variable, for its own host only. */
final class UpstreamKey {

    private static final String PARAMS = KnownKeys.LITELLM_PARAMS.section();

    private final Findings faults;
    private final ScalarReader scalars;

    UpstreamKey(Findings faults, ScalarReader scalars) {
        this.faults = faults;
        this.scalars = scalars;
    }

    /**
     * The key for {@code base}.
     *
     * @param standard   the provider's public base, empty for a server of one's own
     * @param ofVariable whether {@code base} is from the provider's own variable, as its key is
     * @throws NotServed if the provider does not answer without one, and there is none
     */
    Key read(YamlTree params, Provider provider, String base, String standard, boolean ofVariable) throws NotServed {
        boolean ownHost = ofVariable || provider.ownServer() || sameHost(base, standard);
        boolean needed = ownHost && provider.key() != Provider.Key.NONE && !ofVariable;
        Optional<String> token = provider.azurePaths()
                ? scalars.served(params, "azure_ad_token", PARAMS + ".azure_ad_token") : Optional.empty();
        if (token.isPresent()) {
            return new Key(token, true);
        }
        Optional<YamlTree> written = params.get("api_key").filter(value -> !value.isNull());
        if (written.isPresent()) {
            return new Key(written(params, written.get(), needed), false);
        }
        Optional<String> key = ownHost
                ? provider.keyFrom().stream().flatMap(name -> scalars.variable(name).stream()).findFirst()
                : Optional.empty();
        if (key.isEmpty() && needed) {
            String variable = provider.keyFrom().get(0);
            throw new NotServed(Rule.REQUIRED_KEY, params.place(), PARAMS + ".api_key",
                    "is missing, and " + String.join(" and ", provider.keyFrom())
                    + (provider.keyFrom().size() == 1 ? " is not set" : " are not set"),
                    "Write api_key: os.environ/" + variable + " and set that variable");
        }
        return new Key(key, false);
    }

    private Optional<String> written(YamlTree params, YamlTree value, boolean needed) throws NotServed {
        if (!needed && scalars.isEmptyReference(value)) {
            faults.warn(Rule.VARIABLE_SET, params.placeOfKey("api_key"), PARAMS + ".api_key",
                    "takes its value from the environment variable "
                    + VariableName.told(ScalarReader.variableName(value))
                    + ", which is empty: no key is sent", "");
            return Optional.empty();
        }
        Optional<String> key = scalars.served(params, "api_key", PARAMS + ".api_key").filter(text -> !text.isBlank());
        if (key.isEmpty() && needed) {
            throw new NotServed(Rule.REQUIRED_KEY, params.placeOfKey("api_key"), PARAMS + ".api_key", "is empty",
                    "Write the key, or os.environ/ and a variable that holds it");
        }
        return key;
    }

    private static boolean sameHost(String base, String standard) {
        try {
            return !standard.isEmpty() && URI.create(standard).getAuthority().equals(URI.create(base).getAuthority())
                    && URI.create(standard).getScheme().equals(URI.create(base).getScheme());
        } catch (IllegalArgumentException e) {
            return false; // told with the base
        }
    }

    /**
     * A key.
     *
     * @param value empty where none is sent
     * @param token whether it is a token, which is sent as a Bearer token whatever the provider's own header
     */
    record Key(Optional<String> value, boolean token) {
    }
}
