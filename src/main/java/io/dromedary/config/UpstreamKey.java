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
            return new Key(Optional.of(usable(token.get(), variable(params, "azure_ad_token"), params,
                    "azure_ad_token")), true);
        }
        Optional<YamlTree> written = params.get("api_key").filter(value -> !value.isNull());
        if (written.isPresent()) {
            return new Key(written(params, written.get(), needed), false);
        }
        Optional<String> set = ownHost
                ? provider.keyFrom().stream().filter(name -> scalars.variable(name).isPresent()).findFirst()
                : Optional.empty();
        if (set.isEmpty() && needed) {
            String variable = provider.keyFrom().get(0);
            throw new NotServed(Rule.REQUIRED_KEY, params.place(), PARAMS + ".api_key",
                    "is missing, and " + String.join(" and ", provider.keyFrom())
                    + (provider.keyFrom().size() == 1 ? " is not set" : " are not set"),
                    "Write api_key: os.environ/" + variable + " and set that variable");
        }
        return new Key(set.isEmpty() ? set
                : Optional.of(usable(scalars.variable(set.get()).get(), set.get(), params, "api_key")), false);
    }

    /** Which variable the value of {@code name} is taken from; null where it is written out. */
    private String variable(YamlTree params, String name) {
        return params.get(name).filter(scalars::isReference).map(ScalarReader::variableName).orElse(null);
    }

    /** The key as it can be sent. */
    private String usable(String text, String variable, YamlTree params, String name) throws NotServed {
        String key = KeyText.of(text, variable, faults, params.placeOfKey(name), PARAMS + "." + name);
        if (!KeyText.canBeSent(key)) {
            throw new NotServed(Rule.VALUE_FORM, params.placeOfKey(name), PARAMS + "." + name,
                    "holds a line end or a character that cannot be sent in a header",
                    "Keep the key alone where it is taken from");
        }
        return key;
    }

    private Optional<String> written(YamlTree params, YamlTree value, boolean needed) throws NotServed {
        if (!needed && scalars.isEmptyReference(value)) {
            faults.warn(Rule.VARIABLE_SET, params.placeOfKey("api_key"), PARAMS + ".api_key",
                    "takes its value from the environment variable "
                    + VariableName.told(ScalarReader.variableName(value))
                    + ", which is empty: no key is sent", "");
            return Optional.empty();
        }
        Optional<String> text = scalars.served(params, "api_key", PARAMS + ".api_key").filter(key -> !key.isBlank());
        Optional<String> key = text.isEmpty() ? text
                : Optional.of(usable(text.get(), variable(params, "api_key"), params, "api_key"))
                .filter(bare -> !bare.isEmpty());
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
