INSERT INTO search_pending (owner_kind, remaining) SELECT 'debit_file', count(*) FROM debits_file HAVING count(*) > 0
-- ;
INSERT INTO search_pending (owner_kind, remaining) SELECT 'mandate', count(*) FROM debits_mandate HAVING count(*) > 0
