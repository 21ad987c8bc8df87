package io.dromedary.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A provider that {@code litellm_params.model} can name, as a line of {@code providers.txt} has it.
 *
 * @param name        the prefix
 * @param base        its public base URL, which may hold {@link BaseTemplate}'s places; {@code own} for a server of
 *                    one's own; empty for a provider that is not served
 * @param baseFrom    variables that hold another base, the first that is set counts
 * @param keyFrom     variables that hold its key; used with its own host only, since a key must not travel to another
 * @param key         how the key is sent
 * @param path        what the base ends with, {@code azure}, or empty
 * @param modelPrefix what is put before the model's name
 * @param models      which models it serves here
 * @param bare        which names, written without a prefix, are taken for its own
 * @param limits      what it cannot do, or why it is not served
 * @param source      the page that documents it
 */
record Provider(String name, String base, List<String> baseFrom, List<String> keyFrom, Key key, String path,
        String modelPrefix, Pattern models, Pattern bare, String limits, String source) {

    /** How a key is sent. */
    enum Key {
        /** {@code Authorization: Bearer}. */
        BEARER("Authorization"),
        /** {@code api-key}. */
        API_KEY("api-key"),
        /** It needs none; one that is written is sent as a Bearer token. */
        NONE("Authorization");

        private final String header;

        Key(String header) {
            this.header = header;
        }

        String header() {
            return header;
        }
    }

    /** Whether its models can be served at all. */
    boolean served() {
        return !base.isEmpty();
    }

    /** Whether it is a server of the operator's own, so that only the configuration knows where it is. */
    boolean ownServer() {
        return base.equals("own");
    }

    /** Whether its paths are Azure's: with the deployment's name and the API's version. */
    boolean azurePaths() {
        return path.equals("azure");
    }
}
