class Enough(Exception):
    pass
def get_resnet_features(image_file):
    def stop(module, inputs, output):
        error = Enough()
        error.output = output.detach()
        raise error
    handle = resnet.layer4.register_forward_hook(stop)
    try:
        resnet(process_input(image_file))
    except Enough as e:
        return e.output
    finally:
        handle.remove()
