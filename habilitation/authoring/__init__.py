"""The workbench of policy authors: proofs over the whole space, certificate, cases."""
