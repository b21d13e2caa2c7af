package dev.afterimage.examples.northwind.customers;

/** What can happen to a customer. */
public sealed interface CustomerEvent {

    String customerId();

    record CustomerRegistered(String customerId, String companyName, String city, String country)
            implements CustomerEvent {}
}
