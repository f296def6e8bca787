output "topic_arn" {
  description = "For alarm_actions and ok_actions of every alarm, and for `topics` of `cloudwatch` in Pageturner's senders."
  value       = aws_sns_topic.alarms.arn
}

output "undelivered_queue_url" {
  description = "What SNS could not deliver."
  value       = aws_sqs_queue.undelivered.id
}
