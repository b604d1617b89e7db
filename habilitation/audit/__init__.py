"""An access log judged line by line, by the edition in force at each instant, on the facts as they stood then."""
