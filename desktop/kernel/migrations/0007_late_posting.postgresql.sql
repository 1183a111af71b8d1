CREATE FUNCTION refuse_foreign_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM ledger_posting_set WHERE id = NEW.posting_set_id AND xmin = pg_current_xact_id()::xid
  ) THEN
    RAISE EXCEPTION 'ledger_posting: its posting set was not made with it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$
-- ;
CREATE CONSTRAINT TRIGGER ledger_posting_foreign AFTER INSERT ON ledger_posting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_foreign_posting()
