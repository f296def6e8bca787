module "pageturner" {
  source         = "../"
  pageturner_url = "https://pages.example.gov.uk"
  hook_key       = var.pageturner_hook_key
  standby_url    = "https://standby.example.gov.uk"
}

variable "pageturner_hook_key" {
  type      = string
  sensitive = true
}

resource "aws_cloudwatch_metric_alarm" "payments_5xx" {
  alarm_name          = "payments-api-5xx"
  alarm_description   = "Target 5xx of the payments API.\nrunbook: payments/5xx"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  dimensions          = { LoadBalancer = "app/payments/50dc6c495c0c9188" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 5
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [module.pageturner.topic_arn]
  ok_actions          = [module.pageturner.topic_arn]
  tags                = { service = "payments-api", severity = "critical" }
}
