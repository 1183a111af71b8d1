DROP INDEX ix_billing_bill_run_id
-- ;
CREATE INDEX ix_billing_bill_place ON billing_bill (run_id, position, running)
