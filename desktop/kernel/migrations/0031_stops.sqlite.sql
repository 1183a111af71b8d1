CREATE TABLE billing_stop (
	run_id CHAR(32) NOT NULL, 
	job VARCHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	stopped_by TEXT NOT NULL, 
	CONSTRAINT pk_billing_stop PRIMARY KEY (run_id, job), 
	CONSTRAINT fk_billing_stop_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id)
)
