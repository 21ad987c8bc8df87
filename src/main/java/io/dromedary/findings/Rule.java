package io.dromedary.findings;

import java.util.Locale;

/** The rule that a fault breaks: what an editor or a CI can sort faults by. Its name in reports is {@link #id}. */
public enum Rule {

    /** A file is there and can be read. */
    FILE_READABLE,
    /** A file is YAML. */
    YAML_SYNTAX,
    /** A key stands once. */
    UNIQUE_KEY,
    /** A key is one that the gateway knows. */
    KNOWN_KEY,
    /** What is needed is there. */
    REQUIRED_KEY,
    /** A value has the form that its key asks for. */
    VALUE_FORM,
    /** A variable that is referred to is set. */
    VARIABLE_SET,
    /** A line of {@code .env} sets a variable. */
    ENV_LINE,
    /** A setting of LiteLLM's is one that the gateway has. */
    SETTING_SUPPORTED,
    /** A setting that restricts access, content or spend is enforced. */
    RESTRICTION_ENFORCED,
    /** A deployment's id is its own. */
    UNIQUE_ID,
    /** A model that is named is in {@code model_list}. */
    KNOWN_MODEL,
    /** A model of {@code model_list} has a route that serves it. */
    MODEL_ROUTED,
    /** An entry of {@code model_list} can be served. */
    MODEL_SERVED,
    /** A deployment says where its upstream is and how it is asked. */
    UPSTREAM_ADDRESS,
    /** A tunable of {@code application.properties} is there, known and of the right form. */
    TUNABLE,
    /** A route file fits Camel's schema of the YAML DSL. */
    ROUTE_SCHEMA,
    /** A bean that a step calls is there. */
    KNOWN_BEAN,
    /** A method that a step calls on a bean is one that its class has. */
    KNOWN_METHOD,
    /** A property that a route file names is there. */
    KNOWN_PROPERTY,
    /** A function that an expression calls is one of Camel's, or a bean. */
    KNOWN_FUNCTION,
    /** A class that a bean names is on the class path. */
    KNOWN_CLASS,
    /** An endpoint's component is on the class path and takes the options it is given. */
    ENDPOINT,
    /** A {@code direct:} endpoint that is sent to has a route that begins with it. */
    DIRECT_CONSUMED,
    /** A route that begins with {@code direct:} is sent to by somebody. */
    DIRECT_REACHED,
    /** An id stands for one route, and for one step of it. */
    UNIQUE_ROUTE_ID,
    /** A template that is used is there, and has the parameters it needs. */
    ROUTE_TEMPLATE,
    /** Camel can make the route. */
    ROUTE_MADE;

    /** Its name in reports, such as {@code known-key}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
