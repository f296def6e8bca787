# CloudWatch alarms of one account and region to Pageturner, wherever it lives: a topic that alarms publish to, and its
# subscription to Pageturner's hook. Put the topic into alarm_actions and ok_actions of every alarm.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

data "aws_caller_identity" "this" {}

resource "aws_sns_topic" "alarms" {
  name              = var.name
  display_name      = "Alarms to Pageturner"
  kms_master_key_id = var.kms_key_id
  tags              = var.tags
}

# Alarms of this account alone: a topic that anybody may publish to pages people for anybody.
data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

# Pageturner confirms the subscription by itself where `senders` allows this topic: see docs/sources/senders.md. A standby in
# another region hears the same alarms and keeps what it is told.
locals {
  delivery_policy = jsonencode({
    healthyRetryPolicy = {
      numRetries         = 50
      minDelayTarget     = 1
      maxDelayTarget     = 60
      numNoDelayRetries  = 3
      numMinDelayRetries = 5
      backoffFunction    = "exponential"
    }
  })
}

resource "aws_sns_topic_subscription" "pageturner" {
  topic_arn                       = aws_sns_topic.alarms.arn
  protocol                        = "https"
  endpoint                        = "${var.pageturner_url}/hooks/cloudwatch/${var.hook_key}"
  endpoint_auto_confirms          = true
  confirmation_timeout_in_minutes = 2
  delivery_policy                 = local.delivery_policy
  redrive_policy                  = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
}

resource "aws_sns_topic_subscription" "standby" {
  count                           = var.standby_url == null ? 0 : 1
  topic_arn                       = aws_sns_topic.alarms.arn
  protocol                        = "https"
  endpoint                        = "${var.standby_url}/hooks/cloudwatch/${coalesce(var.standby_hook_key, var.hook_key)}"
  endpoint_auto_confirms          = true
  confirmation_timeout_in_minutes = 2
  delivery_policy                 = local.delivery_policy
  redrive_policy                  = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
}

# What could not be delivered for hours is kept for two weeks.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.undelivered.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.alarms.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id
  policy    = data.aws_iam_policy_document.undelivered.json
}
