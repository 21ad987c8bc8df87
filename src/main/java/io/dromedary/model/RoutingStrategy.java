package io.dromedary.model;

import java.util.List;

/**
 * In which order the deployments of one group are asked. A bean called {@code routingStrategy} replaces the shipped
 * one.
 */
@FunctionalInterface
public interface RoutingStrategy {

    /**
     * @param deployments the group's deployments of one {@code order}, at least one
     * @return those to be asked, first to be asked first; one that is left out is not asked
     */
    List<Deployment> arrange(List<Deployment> deployments);
}
