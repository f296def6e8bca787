# CloudWatch alarms of another account to Pageturner by EventBridge: one rule forwards every alarm's changes of state to
# Pageturner's own bus, so that no alarm has to name a topic. Pageturner's account must allow this one: `alarmAccounts` or
# `alarmOrganisation` when it is deployed. Unlike by a topic, alarms whose actions are disabled are forwarded too.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  buses = { for name, arn in { pageturner = var.bus_arn, standby = var.standby_bus_arn } : name => arn if arn != null }

  # An empty list of prefixes in the pattern would match no alarm.
  named = { for key, names in { alarmName = var.alarm_prefixes } : key => [for one in names : { prefix = one }] if length(names) > 0 }
}

resource "aws_cloudwatch_event_rule" "alarms" {
  name        = var.name
  description = "State changes of CloudWatch alarms, to Pageturner"
  tags        = var.tags
  event_pattern = jsonencode(merge(
    {
      source      = ["aws.cloudwatch"]
      detail-type = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"]
    },
    { for key, value in { detail = local.named } : key => value if length(value) > 0 },
  ))
}

resource "aws_cloudwatch_event_target" "bus" {
  for_each = local.buses
  rule     = aws_cloudwatch_event_rule.alarms.name
  arn      = each.value
  role_arn = aws_iam_role.forward.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# EventBridge forwards in the name of this role, to these buses alone.
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.alarms.arn]
    }
  }
}

data "aws_iam_policy_document" "forward" {
  statement {
    actions   = ["events:PutEvents"]
    resources = values(local.buses)
  }
}

resource "aws_iam_role" "forward" {
  name               = "${var.name}-forward"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "forward" {
  name   = "forward"
  role   = aws_iam_role.forward.id
  policy = data.aws_iam_policy_document.forward.json
}

# What the bus did not take for a day is kept for two weeks.
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
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.alarms.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id
  policy    = data.aws_iam_policy_document.undelivered.json
}
