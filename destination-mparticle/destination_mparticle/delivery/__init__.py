"""From validated records to accepted requests: ids, groups, requests, lanes, retries."""
