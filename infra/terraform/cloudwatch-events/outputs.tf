output "rule_arn" {
  description = "The rule that forwards."
  value       = aws_cloudwatch_event_rule.alarms.arn
}

output "undelivered_queue_url" {
  description = "What EventBridge could not forward."
  value       = aws_sqs_queue.undelivered.id
}
