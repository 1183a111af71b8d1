INSERT INTO search_pending (owner_kind, remaining) SELECT 'refund', count(*) FROM counter_refund HAVING count(*) > 0
-- ;
INSERT INTO search_pending (owner_kind, remaining) SELECT 'letter', count(*) FROM papers_issued HAVING count(*) > 0
