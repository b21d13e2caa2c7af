package dev.afterimage.examples.northwind.customers;

import dev.afterimage.domain.Captured;
import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;

/** A company that orders. */
@Captured(events = CustomerEvent.class)
public record Customer(String id, String companyName, String city, String country) {

    public CustomerRegistered registered() {
        return new CustomerRegistered(id, companyName, city, country);
    }
}
