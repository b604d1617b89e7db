#!/usr/bin/env bash
# Real questions to the shipped DMP policy. Each answer's exit code is checked: 0 is a permit, 1 is anything else than a permit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PWD/.venv/bin:$PATH"
export HABILITATION_LANG=en

# ask EXIT_CODE COMMAND…: prints the command, runs it, and stops the demo if it ends otherwise.
ask() {
  local expected=$1 got=0
  shift
  printf '\n$ %s\n' "$(fold -s -w 96 <<<"$*" | sed -e '$!s/$/\\/' -e '2,$s/^/    /')"
  "$@" || got=$?
  if [ "$got" -ne "$expected" ]; then
    printf 'the demo expected exit code %s, got %s\n' "$expected" "$got" >&2
    exit 1
  fi
}
about() { printf '\n\n# %s\n' "$*"; }

nurse=(action=consult capacity=professional profession=G15_60 channel=direct motive=normal)
doctor=(action=consult capacity=professional profession=G15_10 channel=direct motive=bris_de_glace)
patient=(record_status=active care_team initial_consent blocked=false)

about "A nurse of the care team opens a consultation report: permitted."
ask 0 habilitation explain "${nurse[@]}" "${patient[@]}" document_type=11488-4 masked=false

about "The same report, masked by the patient: refused by the patient."
ask 1 habilitation explain "${nurse[@]}" "${patient[@]}" document_type=11488-4 masked

about "A medical certificate: refused to nurses by the matrix, whatever the patient says."
ask 1 habilitation explain "${nurse[@]}" "${patient[@]}" document_type=89601-9 masked=false

about "A doctor breaks the glass: permitted, with what is then owed. In French this time."
ask 0 habilitation explain --lang fr "${doctor[@]}" record_status=active blocked=false unable_to_express immediate_danger \
  opposes_bris_de_glace=false document_type=11488-4 masked=false

about "A document type on which the matrix has no row: the sources do not settle it, and nothing opens."
ask 1 habilitation explain "${nurse[@]}" "${patient[@]}" document_type=34895-3 masked=false

about "The policy itself: its rules are consistent, and its promises hold over the whole space of requests."
ask 0 habilitation check

about "Who may read a consultation report?"
ask 0 habilitation show type 11488-4

about "A year of accesses in a small synthetic hospital: which were not justified by the rules, and how do we know?"
report=$(mktemp -d)/report
ask 1 habilitation audit tests/data/hospital/audit.yaml --out "$report"

about "Who opened the record of one patient, and on what ground?"
ask 1 habilitation audit tests/data/hospital/audit.yaml --patient PAT-000018

printf '\n\nThe report is in %s: open index.html in a browser, without a network.\n' "$report"
