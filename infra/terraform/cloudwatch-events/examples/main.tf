module "pageturner" {
  source         = "../"
  bus_arn        = "arn:aws:events:eu-west-1:111122223333:event-bus/pageturner-prod-alarms"
  alarm_prefixes = ["payments-", "ledger-"]
}
