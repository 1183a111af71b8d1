CREATE TABLE papers_open_print (
	print_job_id UUID NOT NULL, 
	hall_id UUID NOT NULL, 
	station_id UUID NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	printer TEXT NOT NULL, 
	CONSTRAINT pk_papers_open_print PRIMARY KEY (print_job_id), 
	CONSTRAINT fk_papers_open_print_print_job_id FOREIGN KEY(print_job_id) REFERENCES papers_print_job (id), 
	CONSTRAINT fk_papers_open_print_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_papers_open_print_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id)
)
-- ;
CREATE INDEX ix_papers_open_print_hall ON papers_open_print (hall_id)
-- ;
CREATE INDEX ix_papers_open_print_station ON papers_open_print (station_id, state)
-- ;
CREATE TABLE papers_print_step (
	print_job_id UUID NOT NULL, 
	place BIGINT NOT NULL, 
	hall_id UUID NOT NULL, 
	station_id UUID NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	printer TEXT NOT NULL, 
	stepped_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stepped_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	problem TEXT, 
	followed_by_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_papers_print_step PRIMARY KEY (id), 
	CONSTRAINT uq_papers_print_step_print_job_id_place UNIQUE (print_job_id, place), 
	CONSTRAINT fk_papers_print_step_print_job_id FOREIGN KEY(print_job_id) REFERENCES papers_print_job (id), 
	CONSTRAINT fk_papers_print_step_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_papers_print_step_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT fk_papers_print_step_followed_by_id FOREIGN KEY(followed_by_id) REFERENCES papers_print_job (id), 
	CONSTRAINT fk_papers_print_step_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_papers_print_step_entry_id ON papers_print_step (entry_id)
-- ;
CREATE INDEX ix_papers_print_step_hall ON papers_print_step (hall_id, stepped_at)
-- ;
CREATE TRIGGER papers_print_step_no_update BEFORE UPDATE OF "print_job_id", "place", "hall_id", "station_id", "state", "printer", "stepped_at", "stepped_by", "words", "problem", "followed_by_id", "id", "entry_id", "district_id", "hash" ON papers_print_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_print_step_no_delete BEFORE DELETE ON papers_print_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_print_step_no_truncate BEFORE TRUNCATE ON papers_print_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
INSERT INTO papers_open_print (print_job_id, hall_id, station_id, state, printer)
SELECT job.id, staff_station.hall_id, staff_station.id, 'queued', ''
FROM counter_unprinted
JOIN counter_receipt ON counter_receipt.id = counter_unprinted.receipt_id
JOIN staff_station ON staff_station.id = counter_receipt.station_id
JOIN papers_print_job AS job ON job.kind = 'receipt' AND job.number = counter_receipt.number
WHERE job.copy = (
	SELECT max(copy) FROM papers_print_job WHERE kind = 'receipt' AND number = counter_receipt.number
)
-- ;
DROP TABLE counter_unprinted
