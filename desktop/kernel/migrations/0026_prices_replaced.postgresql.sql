ALTER TABLE tariffs_version ADD COLUMN used BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE tariffs_version ADD COLUMN replaced BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE tariffs_version ALTER COLUMN used DROP DEFAULT
-- ;
ALTER TABLE tariffs_version ALTER COLUMN replaced DROP DEFAULT
-- ;
ALTER TABLE tariffs_version DROP CONSTRAINT uq_tariffs_version_tariff_id_valid_from
-- ;
ALTER TABLE tariffs_version ADD CONSTRAINT ck_tariffs_version_used_or_replaced CHECK (used = 0 OR replaced = 0)
-- ;
CREATE UNIQUE INDEX uq_tariffs_version_standing ON tariffs_version (tariff_id, valid_from) WHERE replaced = 0
-- ;
UPDATE tariffs_version SET used = 1 WHERE id IN (SELECT tariff_version_id FROM billing_bill UNION SELECT (p ->> 'version_id')::uuid FROM billing_bill b, jsonb_array_elements(coalesce(b.trace::jsonb -> 'parts', '[]'::jsonb)) p)
-- ;
CREATE TABLE tariffs_replacement (
	version_id UUID NOT NULL, 
	replaced_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_tariffs_replacement PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_replacement_version_id UNIQUE (version_id), 
	CONSTRAINT fk_tariffs_replacement_version_id FOREIGN KEY(version_id) REFERENCES tariffs_version (id), 
	CONSTRAINT uq_tariffs_replacement_replaced_id UNIQUE (replaced_id), 
	CONSTRAINT fk_tariffs_replacement_replaced_id FOREIGN KEY(replaced_id) REFERENCES tariffs_version (id), 
	CONSTRAINT fk_tariffs_replacement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_tariffs_replacement_entry_id ON tariffs_replacement (entry_id)
-- ;
CREATE TRIGGER tariffs_replacement_no_update BEFORE UPDATE OF "version_id", "replaced_id", "id", "entry_id", "district_id", "hash" ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_replacement_no_delete BEFORE DELETE ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_replacement_no_truncate BEFORE TRUNCATE ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
