// The SDK's word on Node 20's age is for its maintainers, not for whoever runs the tests.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
